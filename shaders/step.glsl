// The twin of CzStep in engine/model/pass.h, and of token words in engine/text.
#define STEP(number) \
  layout (set = 0, binding = number, std430) readonly buffer StepBuffer \
  { \
    uint valid_blocks, first_block; \
    uint mask_strategy, mask_threshold, mask_id, mask_purpose; \
    uint mask_seed_low, mask_seed_high, mask_step; \
    uint dropout_step, dropout_seed_low, dropout_seed_high; \
  } step_

#define TOKEN_ID 0x00ffffffu
#define TOKEN_WORD_START 0x80000000u
#define TOKEN_SPECIAL 0x40000000u
#define TOKEN_PADDING 0x20000000u
