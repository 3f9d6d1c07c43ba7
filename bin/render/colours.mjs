/**
 * Whether colours are wanted on a stream: on a terminal that has some, and wherever `FORCE_COLOR` is set to something else
 * than `0` or `false`. `NO_COLOR` is for those who do not force them.
 */
export function wantsColours(stdout, env) {
  const { FORCE_COLOR: forced } = env
  if (forced !== undefined) return !['0', 'false'].includes(forced)
  return Boolean(stdout.isTTY && stdout.hasColors(env))
}
