/**
 * The commands, by name.
 *
 * - `takes`: `image` for one image, `update` for an image and perhaps a tag, `images` for any number of images and places
 *   where they stand
 * - `options`: those of the command, as `parseArgs` of `node:util` takes them, beside those of all commands
 * - `load`: imports what carries the command out: a function `(asked, { service, io, say })` that returns the exit code.
 *   `asked` is what `readArguments` returns, and `say` writes a line to standard error.
 */
export const COMMANDS = {
  check: {
    takes: 'images',
    options: {
      file: { type: 'string', multiple: true, short: 'f' },
      running: { type: 'boolean' },
      arch: { type: 'string' },
      policy: { type: 'string' },
      table: { type: 'boolean' },
      markdown: { type: 'boolean' },
      'fail-on-update': { type: 'boolean' },
      'fail-on-unsupported': { type: 'boolean' },
    },
    load: async () => (await import('./check/command.mjs')).check,
  },
  diff: {
    takes: 'update',
    options: {
      running: { type: 'boolean' },
      arch: { type: 'string' },
      policy: { type: 'string' },
      table: { type: 'boolean' },
      markdown: { type: 'boolean' },
    },
    load: async () => (await import('./diff/command.mjs')).diff,
  },
  tags: inquiry('tags'),
  digest: inquiry('digest'),
  platforms: inquiry('platforms'),
  explain: inquiry('explain', { arch: { type: 'string' }, policy: { type: 'string' } }),
}

/** A command that asks one thing about one image. */
function inquiry(name, options = {}) {
  return {
    takes: 'image',
    options,
    load: async () => (await import('./ask/inquire.mjs')).inquiry(name),
  }
}
