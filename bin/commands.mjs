/** Where images are looked for, and what decides on them. */
const SOURCES = {
  file: { type: 'string', multiple: true, short: 'f' },
  'env-file': { type: 'string', multiple: true },
  merge: { type: 'boolean' },
  recursive: { type: 'boolean', short: 'r' },
  running: { type: 'boolean' },
  arch: { type: 'string' },
  policy: { type: 'string' },
}

/**
 * The commands, by name.
 *
 * - `takes`: `image` for one image, `update` for an image and perhaps a tag, `images` for any number of images and places
 *   where they stand
 * - `options`: those of the command, as `parseArgs` of `node:util` takes them, beside those of all commands
 * - `load`: imports what carries the command out: a function `(asked, { service, io, say, options, … })` that returns the
 *   exit code. `asked` is what `readArguments` returns, `say` writes a line to standard error, and `options` are those that
 *   the service was made with.
 */
export const COMMANDS = {
  check: {
    takes: 'images',
    options: {
      ...SOURCES,
      table: { type: 'boolean' },
      markdown: { type: 'boolean' },
      html: { type: 'string' },
      notify: { type: 'string' },
      state: { type: 'string' },
      prometheus: { type: 'string' },
      provenance: { type: 'boolean' },
      'fail-on-update': { type: 'boolean' },
      'fail-on-unsupported': { type: 'boolean' },
    },
    load: async () => (await import('./check/command.mjs')).check,
  },
  update: {
    takes: 'images',
    options: { ...SOURCES, write: { type: 'boolean' }, pin: { type: 'boolean' } },
    load: async () => (await import('./write/command.mjs')).update,
  },
  diff: {
    takes: 'update',
    options: {
      running: { type: 'boolean' },
      arch: { type: 'string' },
      policy: { type: 'string' },
      table: { type: 'boolean' },
      markdown: { type: 'boolean' },
      provenance: { type: 'boolean' },
    },
    load: async () => (await import('./diff/command.mjs')).diff,
  },
  notes: {
    takes: 'update',
    options: {
      arch: { type: 'string' },
      policy: { type: 'string' },
      table: { type: 'boolean' },
      markdown: { type: 'boolean' },
    },
    load: async () => (await import('./notes/command.mjs')).notes,
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
