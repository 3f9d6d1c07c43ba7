/** Where the app's files are. */
export const APP_ROOT = new URL('../', import.meta.url)

/** Imports the app's own modules, which the framework names relative to its root. */
export const importer = (filePath: string) =>
  import(/^\.{0,2}\//.test(filePath) ? new URL(filePath, APP_ROOT).href : filePath)
