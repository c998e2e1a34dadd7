// exp, log and erf to float's own accuracy (about an ulp): GLSL promises less, drivers differ, and
// lavapipe's are polynomials of low degree. exp and log: Cephes' expf and logf (Moshier).
// erf: N. Juffa's, stackoverflow.com/q/35148199, under 1 ulp.
#define DEFINE_EXP(T, I) \
T \
exp_float (T x) \
{ \
  T n = floor (clamp (x, T (-100.0), T (88.0)) * 1.44269504088896341 + 0.5); \
  T r = (max (x, T (-100.0)) - n * 0.693359375) - n * -2.12194440e-4; \
  T p = ((((1.9875691500e-4 * r + 1.3981999507e-3) * r + 8.3334519073e-3) * r + 4.1665795894e-2) \
         * r + 1.6666665459e-1) * r + 5.0000001201e-1; \
  T scale = intBitsToFloat ((max (I (n), I (-126)) + 127) << 23); \
  return (p * r * r + r + 1.0) * scale * step (T (-87.0), x); \
}
DEFINE_EXP (float, int)
DEFINE_EXP (vec4, ivec4)

// x > 0 and normal.
float
log_float (float x)
{
  uint bits = floatBitsToUint (x);
  float e = float (int (bits >> 23) - 126);
  float m = uintBitsToFloat ((bits & 0x007fffffu) | 0x3f000000u);
  if (m < 0.707106781186547524)
    {
      e -= 1.0;
      m += m;
    }
  m -= 1.0;
  float p = ((((((((7.0376836292e-2 * m - 1.1514610310e-1) * m + 1.1676998740e-1) * m
                - 1.2420140846e-1) * m + 1.4249322787e-1) * m - 1.6668057665e-1) * m
             + 2.0000714765e-1) * m - 2.4999993993e-1) * m + 3.3333331174e-1);
  float z = m * m;
  float y = m * z * p - 2.12194440e-4 * e - 0.5 * z;
  return m + y + 0.693359375 * e;
}

#define DEFINE_ERF(T, CHOOSE) \
T \
erf_float (T x) \
{ \
  T a = clamp (x, T (-4.0), T (4.0)), t = abs (a), s = a * a; \
  T high = (-1.72853470e-5 * t + 3.83197126e-4) * s + (-3.88396438e-3 * t + 2.42546219e-2); \
  high = ((high * t - 1.06777877e-1) * t - 6.34846687e-1) * t - 1.28717512e-1; \
  high = sign (a) * (1.0 - exp_float (high * t - t)); \
  T low = ((((-5.96761703e-4 * s + 4.99119423e-3) * s - 2.67681349e-2) * s + 1.12819925e-1) * s \
           - 3.76125336e-1) * s + 1.28379166e-1; \
  low = low * a + a; \
  return CHOOSE; \
}
DEFINE_ERF (float, t > 0.927734375 ? high : low)
DEFINE_ERF (vec4, mix (low, high, greaterThan (t, vec4 (0.927734375))))
