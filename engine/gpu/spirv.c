#include "engine/gpu/spirv.h"

#include <glib/gi18n-lib.h>

// Numbers of the SPIR-V specification, version 1.5.
#define MAGIC         0x07230203u
#define HEADER_WORDS  5
#define LARGEST_BOUND (1u << 20)

enum
{
  OP_EXECUTION_MODE = 16,
  OP_CAPABILITY = 17,
  OP_TYPE_BOOL = 20,
  OP_TYPE_INT = 21,
  OP_TYPE_FLOAT = 22,
  OP_TYPE_VECTOR = 23,
  OP_TYPE_MATRIX = 24,
  OP_TYPE_IMAGE = 25,
  OP_TYPE_SAMPLED_IMAGE = 27,
  OP_TYPE_ARRAY = 28,
  OP_TYPE_STRUCT = 30,
  OP_TYPE_POINTER = 32,
  OP_CONSTANT = 43,
  OP_CONSTANT_COMPOSITE = 44,
  OP_SPEC_CONSTANT = 50,
  OP_SPEC_CONSTANT_COMPOSITE = 51,
  OP_VARIABLE = 59,
  OP_DECORATE = 71,
  OP_MEMBER_DECORATE = 72,
  OP_EXECUTION_MODE_ID = 331,

  MODE_LOCAL_SIZE = 17,
  MODE_LOCAL_SIZE_ID = 38,

  DECORATION_SPEC_ID = 1,
  DECORATION_ARRAY_STRIDE = 6,
  DECORATION_BUILT_IN = 11,
  DECORATION_NON_WRITABLE = 24,
  DECORATION_NON_READABLE = 25,
  DECORATION_BINDING = 33,
  DECORATION_DESCRIPTOR_SET = 34,
  DECORATION_OFFSET = 35,
  BUILT_IN_WORKGROUP_SIZE = 25,

  STORAGE_UNIFORM_CONSTANT = 0,
  STORAGE_UNIFORM = 2,
  STORAGE_PUSH_CONSTANT = 9,
  STORAGE_STORAGE_BUFFER = 12,

  DIMENSION_BUFFER = 5,

  CAPABILITY_FLOAT16 = 9,
  CAPABILITY_INT64 = 11,
  CAPABILITY_INT16 = 22,
  CAPABILITY_INT8 = 39,
  CAPABILITY_GROUP_NON_UNIFORM = 61,
  CAPABILITY_GROUP_NON_UNIFORM_QUAD = 68,
  CAPABILITY_STORAGE16 = 4433,
  CAPABILITY_STORAGE8 = 4448,
  CAPABILITY_ROUNDING_TO_EVEN = 4467,
  CAPABILITY_BF16_MATRICES = 5118,
  CAPABILITY_MATRICES = 6022,
};

// What is known of one id.
typedef struct
{
  guint32 op;                    // that defines it; 0: none of interest
  const guint32 *word;           // of that instruction: word[0] is op and length
  guint32 length;                // in words
  guint32 binding, set, spec_id; // G_MAXUINT32: not decorated
  guint32 array_stride;
  guint non_writable, non_readable; // decorated members; all: the whole variable
  gsize end;                        // of the last member, of a struct with offsets
} Id;

typedef struct
{
  const char *name;
  Id *ids;
  guint32 bound;
  const guint32 *constants;
  guint n_constants;
  guint32 workgroup_size; // id of the constant that overrides the local size; 0: none
  CzSpirv result;
} Module;

#define EVERY G_MAXUINT

static gboolean
fail (const Module *module, const char *what, GError **error)
{
  g_set_error (error, CZ_GPU_ERROR, CZ_GPU_ERROR_FAILED,
               _ ("The kernel “%s” cannot be used: %s. Its shader must be corrected"), module->name,
               what);
  return FALSE;
}

// The id's record; a harmless empty one for an id that is out of bounds.
static Id *
get (const Module *module, guint32 id)
{
  return &module->ids[id < module->bound ? id : 0];
}

static gboolean
is (const Id *id, guint32 op, guint32 length)
{
  return id->op == op && id->length >= length;
}

// The value of a 32-bit integer constant, specialized or not; 0 when it is none.
static guint32
constant_value (const Module *module, guint32 id)
{
  const Id *constant = get (module, id);
  if (is (constant, OP_SPEC_CONSTANT, 4) && constant->spec_id < module->n_constants)
    return module->constants[constant->spec_id];
  if (is (constant, OP_CONSTANT, 4) || is (constant, OP_SPEC_CONSTANT, 4))
    return constant->word[3];
  return 0;
}

// Bytes of a type as laid out in a push constant block.
static gsize
type_size (const Module *module, guint32 id, guint depth)
{
  const Id *type = get (module, id);
  if (depth > 8)
    return 0;
  if (is (type, OP_TYPE_INT, 3) || is (type, OP_TYPE_FLOAT, 3))
    return type->word[2] / 8;
  if (is (type, OP_TYPE_VECTOR, 4) || is (type, OP_TYPE_MATRIX, 4))
    return type_size (module, type->word[2], depth + 1) * type->word[3];
  if (is (type, OP_TYPE_ARRAY, 4))
    return (gsize)type->array_stride * constant_value (module, type->word[3]);
  return is (type, OP_TYPE_STRUCT, 2) ? type->end : 0;
}

static void
note_capability (CzSpirv *result, guint32 capability)
{
  result->float16 |= capability == CAPABILITY_FLOAT16;
  result->storage16 |= capability == CAPABILITY_STORAGE16;
  result->int64 |= capability == CAPABILITY_INT64;
  result->int16 |= capability == CAPABILITY_INT16;
  result->int8 |= capability == CAPABILITY_INT8;
  result->storage8 |= capability == CAPABILITY_STORAGE8;
  result->matrices |= capability == CAPABILITY_MATRICES;
  result->bf16_matrices |= capability == CAPABILITY_BF16_MATRICES;
  result->rounds_to_even |= capability == CAPABILITY_ROUNDING_TO_EVEN;
  result->subgroups |= capability >= CAPABILITY_GROUP_NON_UNIFORM
                       && capability <= CAPABILITY_GROUP_NON_UNIFORM_QUAD;
}

static void
note_decoration (Module *module, const guint32 *word, guint32 length)
{
  Id *id = get (module, word[1]);
  guint32 value = length > 3 ? word[3] : 0;
  switch (word[2])
    {
    case DECORATION_SPEC_ID:
      id->spec_id = value;
      break;
    case DECORATION_ARRAY_STRIDE:
      id->array_stride = value;
      break;
    case DECORATION_BUILT_IN:
      if (value == BUILT_IN_WORKGROUP_SIZE)
        module->workgroup_size = word[1];
      break;
    case DECORATION_NON_WRITABLE:
      id->non_writable = EVERY;
      break;
    case DECORATION_NON_READABLE:
      id->non_readable = EVERY;
      break;
    case DECORATION_BINDING:
      id->binding = value;
      break;
    case DECORATION_DESCRIPTOR_SET:
      id->set = value;
      break;
    default:
      break;
    }
}

// Notes what defines each id, decorations and capabilities. Members' offsets come in a second pass,
// since decorations precede the types.
static gboolean
scan (Module *module, const guint32 *words, gsize n_words, gboolean second, GError **error)
{
  for (gsize i = HEADER_WORDS; i < n_words;)
    {
      const guint32 *word = words + i;
      guint32 length = word[0] >> 16, op = word[0] & 0xffff;
      if (length == 0 || length > n_words - i)
        return fail (module, _ ("its SPIR-V is damaged"), error);
      i += length;

      Id *defined = NULL;
      if (second)
        {
          if (op == OP_MEMBER_DECORATE && length > 4 && word[3] == DECORATION_OFFSET)
            {
              Id *type = get (module, word[1]);
              if (is (type, OP_TYPE_STRUCT, 3) && word[2] < type->length - 2)
                type->end
                    = MAX (type->end, word[4] + type_size (module, type->word[2 + word[2]], 0));
            }
          continue;
        }
      if (op == OP_CAPABILITY && length > 1)
        note_capability (&module->result, word[1]);
      else if (op == OP_EXECUTION_MODE && length > 5 && word[2] == MODE_LOCAL_SIZE)
        for (guint axis = 0; axis < 3; axis++)
          module->result.local_size[axis] = word[3 + axis];
      else if (op == OP_DECORATE && length > 2)
        note_decoration (module, word, length);
      else if (op == OP_MEMBER_DECORATE && length > 3)
        {
          Id *type = get (module, word[1]);
          type->non_writable += word[3] == DECORATION_NON_WRITABLE;
          type->non_readable += word[3] == DECORATION_NON_READABLE;
        }
      else if (op >= OP_TYPE_BOOL && op <= OP_TYPE_POINTER && length > 1)
        defined = get (module, word[1]);
      else if ((op == OP_CONSTANT || op == OP_CONSTANT_COMPOSITE || op == OP_SPEC_CONSTANT
                || op == OP_SPEC_CONSTANT_COMPOSITE || op == OP_VARIABLE)
               && length > 3)
        defined = get (module, word[2]);
      if (defined != NULL)
        {
          defined->op = op;
          defined->word = word;
          defined->length = length;
        }
    }
  return TRUE;
}

// LocalSizeId, or a constant decorated WorkgroupSize, overrides LocalSize.
static void
read_local_size (Module *module, const guint32 *words, gsize n_words)
{
  const Id *size = get (module, module->workgroup_size);
  if (is (size, OP_CONSTANT_COMPOSITE, 6) || is (size, OP_SPEC_CONSTANT_COMPOSITE, 6))
    for (guint axis = 0; axis < 3; axis++)
      module->result.local_size[axis] = constant_value (module, size->word[3 + axis]);
  for (gsize i = HEADER_WORDS; i < n_words; i += words[i] >> 16)
    if ((words[i] & 0xffff) == OP_EXECUTION_MODE_ID && words[i] >> 16 > 5
        && words[i + 2] == MODE_LOCAL_SIZE_ID)
      for (guint axis = 0; axis < 3; axis++)
        module->result.local_size[axis] = constant_value (module, words[i + 3 + axis]);
}

static CzBinding
texel_binding (const Module *module, const Id *type)
{
  if (is (type, OP_TYPE_SAMPLED_IMAGE, 3))
    type = get (module, type->word[2]);
  if (!is (type, OP_TYPE_IMAGE, 9) || type->word[3] != DIMENSION_BUFFER
      || type->word[7] != 1 /* sampled */)
    return CZ_BINDING_NONE;
  const Id *sampled = get (module, type->word[2]);
  if (is (sampled, OP_TYPE_FLOAT, 3))
    return CZ_BINDING_TEXEL_VEC4;
  return is (sampled, OP_TYPE_INT, 4) && sampled->word[3] == 0 /* unsigned */
             ? CZ_BINDING_TEXEL_UINT
             : CZ_BINDING_NONE;
}

static CzBinding
storage_binding (const Id *variable, const Id *type)
{
  if (!is (type, OP_TYPE_STRUCT, 3))
    return CZ_BINDING_NONE;
  guint members = type->length - 2;
  if (variable->non_writable == EVERY || type->non_writable >= members)
    return CZ_BINDING_READ;
  return variable->non_readable == EVERY || type->non_readable >= members ? CZ_BINDING_WRITE
                                                                          : CZ_BINDING_READ_WRITE;
}

static gboolean
read_variable (Module *module, const Id *variable, GError **error)
{
  guint32 storage = variable->word[3];
  const Id *pointer = get (module, variable->word[1]);
  if (!is (pointer, OP_TYPE_POINTER, 4))
    return fail (module, _ ("its SPIR-V is damaged"), error);
  const Id *type = get (module, pointer->word[3]);

  if (storage == STORAGE_PUSH_CONSTANT)
    {
      module->result.push_size = type->end;
      if (type->end > CZ_MAX_PUSH)
        return fail (module, _ ("it has more than 128 bytes of push constants"), error);
    }
  else if (storage == STORAGE_UNIFORM_CONSTANT || storage == STORAGE_STORAGE_BUFFER
           || storage == STORAGE_UNIFORM)
    {
      CzBinding binding = storage == STORAGE_STORAGE_BUFFER     ? storage_binding (variable, type)
                          : storage == STORAGE_UNIFORM_CONSTANT ? texel_binding (module, type)
                                                                : CZ_BINDING_NONE;
      if (variable->binding >= CZ_MAX_BINDINGS || (variable->set != 0 && variable->set != EVERY))
        return fail (module, _ ("it has a binding beyond number 11 of set 0"), error);
      if (binding == CZ_BINDING_NONE)
        return fail (module,
                     _ ("it has a binding that is no buffer, samplerBuffer or usamplerBuffer"),
                     error);
      if (module->result.bindings[variable->binding] != CZ_BINDING_NONE)
        return fail (module, _ ("it has two variables at one binding"), error);
      module->result.bindings[variable->binding] = binding;
    }
  return TRUE;
}

gboolean
cz_spirv_reflect (const guint32 *words,
                  gsize n_words,
                  const guint32 *constants,
                  guint n_constants,
                  const char *name,
                  CzSpirv *ret_spirv,
                  GError **error)
{
  Module module = { .name = name, .constants = constants, .n_constants = n_constants };
  if (n_words < HEADER_WORDS || words[0] != MAGIC || words[3] == 0 || words[3] > LARGEST_BOUND)
    return fail (&module, _ ("it is not SPIR-V"), error);

  module.bound = words[3];
  g_autofree Id *ids = module.ids = g_new0 (Id, module.bound);
  for (guint32 i = 0; i < module.bound; i++)
    ids[i].binding = ids[i].set = ids[i].spec_id = G_MAXUINT32;
  if (!scan (&module, words, n_words, FALSE, error) || !scan (&module, words, n_words, TRUE, error))
    return FALSE;
  read_local_size (&module, words, n_words);
  for (guint32 i = 0; i < module.bound; i++)
    if (is (&ids[i], OP_VARIABLE, 4) && !read_variable (&module, &ids[i], error))
      return FALSE;
  for (guint axis = 0; axis < 3; axis++)
    if (module.result.local_size[axis] == 0)
      return fail (&module, _ ("it tells no local size"), error);
  *ret_spirv = module.result;
  return TRUE;
}
