// Numbers as half precision would hold them, rounded to nearest, ties to even. ROUNDING, a constant of
// who includes this, says what to: 0 = not at all, 1 = fp16 (what is too large becomes infinite),
// 2 = bf16 (CzRounding in engine/gpu/tape.h). NaN stays NaN. packHalf2x16 is of no use: Vulkan leaves
// open how it rounds.
vec4
round_fp16 (vec4 x)
{
  uvec4 sign = floatBitsToUint (x) & 0x80000000u, magnitude = floatBitsToUint (x) & 0x7fffffffu;
  // Added to a power of two that is 2^13 times as large, a number keeps the 11 bits that fp16 has; below
  // 2^-14, where fp16 is subnormal, it keeps whole units of 2^-24.
  vec4 large = uintBitsToFloat (max (magnitude & 0x7f800000u, uvec4 (0x38800000u)) + (13u << 23));
  precise vec4 sum = uintBitsToFloat (magnitude) + large;
  precise vec4 rounded = sum - large;
  uvec4 bits = mix (floatBitsToUint (rounded), max (magnitude, uvec4 (0x7f800000u)),
                    greaterThanEqual (magnitude, uvec4 (0x477ff000u))); // 65520
  return uintBitsToFloat (bits | sign);
}

vec4
round_bf16 (vec4 x)
{
  uvec4 bits = floatBitsToUint (x);
  uvec4 rounded = (bits + 0x7fffu + (bits >> 16 & 1u)) & 0xffff0000u;
  return uintBitsToFloat (mix (rounded, bits, greaterThan (bits & 0x7fffffffu, uvec4 (0x7f800000u))));
}

vec4
round_input (vec4 x)
{
  if (ROUNDING == 1)
    return round_fp16 (x);
  if (ROUNDING == 2)
    return round_bf16 (x);
  return x;
}

float
round_input (float x)
{
  return round_input (vec4 (x)).x;
}
