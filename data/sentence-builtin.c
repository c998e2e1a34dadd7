// Sentences that come with the program, a table a set: a further set is a table and a line below.
// English, as the models are. Each opens with the course's sentence, whose notebook asks a model
// for it before and after it is adapted: what a field calls great is what its model should say.
#include "data/sentence-builtin.h"

static const CzSentenceBuiltinText general[] = {
  { "This is a great [MASK].", "day, idea, place, story, man, thing, time, deal, success" },
  { "The [MASK] was better than I had expected.",
    "food, result, weather, book, film, movie, show, story, service" },
  { "She was known for her [MASK] and her patience.",
    "kindness, wisdom, beauty, courage, generosity, humor, intelligence, skill, honesty" },
  { "In the end, the [MASK] decided to [MASK] everything.",
    "man, woman, king, family, team, company, group, government, people" },
  { NULL, NULL },
};

static const CzSentenceBuiltinText film[] = {
  { "This is a great [MASK].", "film, movie, picture, story, show, comedy, thriller" },
  { "The [MASK] was written and directed by the same person.", "film, movie, picture, script" },
  { "The [MASK] gives the best performance of her career.", "actress, star, lead, actor, singer" },
  { "I saw this [MASK] in the theater last night.", "film, movie, picture, one" },
  { "The special [MASK] look cheap and dated.", "effects" },
  { "The plot is full of [MASK] and makes no sense.", "holes, clichés, twists, nonsense" },
  { "The acting is [MASK] from beginning to end.",
    "superb, good, great, excellent, terrible, awful, bad, brilliant, wooden, perfect" },
  { "Avoid this movie, it is a complete [MASK] of time.", "waste" },
  { "The camera work and the [MASK] are beautiful.",
    "music, score, lighting, scenery, acting, soundtrack, colors, editing" },
  { "It kept me on the [MASK] of my seat.", "edge" },
  { "The ending came as a complete [MASK].", "surprise, shock, disappointment" },
  { "The director tells the [MASK] without a wasted scene.", "story, tale, plot" },
  { NULL, NULL },
};

static const CzSentenceBuiltinText law[] = {
  { "This is a great [MASK].", "case, agreement, contract, law, lawyer, judge, victory" },
  { "The court found the defendant [MASK] of all charges.", "guilty, innocent, acquitted" },
  { "The parties agree to be bound by the terms of this [MASK].",
    "agreement, contract, lease, license, section, document" },
  { "The plaintiff filed a [MASK] against the company.",
    "complaint, suit, lawsuit, claim, motion, petition" },
  { "Either party may [MASK] this agreement upon thirty days' written notice.",
    "terminate, cancel, end, amend" },
  { "The judge dismissed the [MASK] for lack of evidence.",
    "case, charges, suit, lawsuit, claim, charge, complaint, action" },
  { "This agreement shall be governed by the [MASK] of the State of New York.", "laws, law" },
  { "The jury reached a [MASK] after two days.", "verdict, decision, conclusion" },
  { "The tenant shall pay the [MASK] on the first day of each month.", "rent, amount, fee, sum" },
  { "The witness testified under [MASK].", "oath" },
  { "The licensee shall not disclose any confidential [MASK].",
    "information, data, material, documents" },
  { "The decision was reversed on [MASK].", "appeal, review" },
  { NULL, NULL },
};

static const CzSentenceBuiltinText medicine[] = {
  { "This is a great [MASK].", "doctor, hospital, treatment, drug, medicine, nurse, surgeon" },
  { "The patient was admitted to the [MASK] with chest pain.", "hospital, clinic, emergency" },
  { "The doctor prescribed [MASK] for the infection.",
    "antibiotics, medication, penicillin, treatment, drugs, medicine" },
  { "She was diagnosed with breast [MASK].", "cancer, tumor, tumors, disease" },
  { "His blood [MASK] was higher than normal.", "pressure, sugar, glucose, count" },
  { "The most common side effects are nausea and [MASK].",
    "headache, vomiting, fatigue, dizziness, diarrhea, fever, pain" },
  { "The tumor was removed by [MASK].", "surgery, surgeons, operation" },
  { "Patients with diabetes need [MASK] every day.", "insulin, exercise, medication, treatment" },
  { "The [MASK] protects children against measles.", "vaccine, vaccination, immunization, drug" },
  { "The trial compared the new drug with a [MASK].", "placebo, control, standard" },
  { "There was no family [MASK] of heart disease.", "history, record" },
  { "An X-ray of the [MASK] showed no fracture.",
    "chest, hand, leg, skull, arm, spine, foot, knee, hip, wrist, ankle" },
  { NULL, NULL },
};

static const CzSentenceBuiltinText science[] = {
  { "This is a great [MASK].", "discovery, result, theory, experiment, idea, question, scientist" },
  { "The results of the [MASK] support our hypothesis.",
    "experiment, study, experiments, analysis, test, survey, research, trial" },
  { "Light travels faster than [MASK].", "sound, anything" },
  { "Water is made of hydrogen and [MASK].", "oxygen" },
  { "The Earth revolves around the [MASK].", "sun" },
  { "The samples were heated to a [MASK] of 300 degrees.", "temperature, maximum, total" },
  { "The difference was not statistically [MASK].", "significant" },
  { "Plants use sunlight to turn carbon [MASK] into sugar.", "dioxide" },
  { "We propose a new [MASK] to solve this problem.",
    "method, approach, algorithm, model, way, theory, technique, system" },
  { "The theory was confirmed by [MASK].",
    "experiment, experiments, observation, observations, measurements, data, evidence" },
  { "Cells store their genetic information in [MASK].", "dna, chromosomes, genes, rna" },
  { "The planet [MASK] is the largest in the solar system.", "jupiter" },
  { NULL, NULL },
};

static const CzSentenceBuiltinText support[] = {
  { "This is a great [MASK].", "product, service, app, help, feature, company, phone, experience" },
  { "I forgot my [MASK] and cannot log in.", "password, username, login, name, account, pin" },
  { "The order was never [MASK].", "delivered, shipped, received, sent, placed, filled" },
  { "I would like a full [MASK], please.", "refund, replacement, report, explanation" },
  { "Please send me a tracking [MASK] for my package.", "number, code, link, id" },
  { "My internet [MASK] keeps dropping.", "connection, service, speed, signal" },
  { "Thank you for contacting customer [MASK].", "service, support, care, services" },
  { "I was [MASK] twice for the same order.", "charged, billed" },
  { "Have you tried to [MASK] your computer?", "restart, reboot, reset, update, use" },
  { "The screen is broken and I want a [MASK].", "replacement, refund, repair" },
  { "How do I [MASK] my subscription?", "cancel, renew, change, end, update, stop, pause" },
  { "The app crashes every time I [MASK] it.", "open, use, start, run, launch, close, update" },
  { NULL, NULL },
};

const CzSentenceBuiltin cz_sentence_builtins[] = {
  { "general", general }, { "film", film },       { "law", law }, { "medicine", medicine },
  { "science", science }, { "support", support }, { NULL, NULL },
};
