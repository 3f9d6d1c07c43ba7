import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const ROOT = join(__dirname, '../..')
const FOLDERS = ['.', 'docs', 'fuzz', 'examples/adonis']
const LINK = /\]\((?!https?:)([^)\s#]*)(?:#([^)\s]+))?\)/g

const pages = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name)),
)

/** The anchors of a page's headings, as GitHub makes them. */
function anchors(path: string) {
  const headings = [...readFileSync(path, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, text = '']) => text)
  return headings.map((text) =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

test.each(pages)('every link of %s leads somewhere', (page) => {
  const links = [...readFileSync(join(ROOT, page), 'utf8').matchAll(LINK)]
  const broken = links.filter(([, path = '', anchor]) => {
    const target = path === '' ? join(ROOT, page) : join(ROOT, dirname(page), path)
    return !existsSync(target) || (anchor !== undefined && !anchors(target).includes(anchor))
  })
  expect(broken.map(([link]) => link)).toEqual([])
})

test('the README is short', () => {
  expect(readFileSync(join(ROOT, 'README.md'), 'utf8').split('\n').length).toBeLessThanOrEqual(151)
})

test.each(pages)('%s tells nobody to install a name that no registry of packages has', (page) => {
  const text = readFileSync(join(ROOT, page), 'utf8')
  const installs = text.matchAll(
    /\b(?:npm|pnpm|yarn) (?:i|install|add)\b[^\n]*?(\S*container-registry-service\S*)/g,
  )
  expect([...installs].map(([, name]) => name).filter((name) => !name?.includes('.tgz'))).toEqual([])
})
