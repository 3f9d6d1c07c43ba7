import { test } from '@japa/runner'
import { type Browser, chromium } from 'playwright-core'
import { forgetRows, served } from './support.js'

/** Debian's; elsewhere wherever it is. */
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'
/** It is to ask nobody but the app. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

test.group('The page', (group) => {
  let browser: Browser

  group.setup(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS })
    return () => browser.close()
  })

  group.each.setup(forgetRows)

  async function open(options: { javaScriptEnabled?: boolean } = {}) {
    const context = await browser.newContext(options)
    const page = await context.newPage()
    page.setDefaultTimeout(10_000)
    await page.goto(served.origin)
    const cells = async () => {
      const rows = await page.locator('tbody tr').all()
      return Promise.all(
        rows.map(async (row) => (await row.locator('th, td').allInnerTexts()).map((cell) => cell.trim())),
      )
    }
    return { context, page, cells }
  }

  const CHECKED = [
    ['ghcr.io/kiwix/kiwix-serve:3.7.0', '3.8.1', '20 MB', 'Notes of 3.8.1\nWhat was written'],
    ['ollama/ollama:0.5.7', '0.6.0', '20 MB', ''],
    ['redis:7.4.2', 'Up to date'],
  ]

  test('shows how far a check is, and then what it found', async ({ assert }) => {
    const { context, page, cells } = await open()
    const problems: string[] = []
    page.on('pageerror', (error) => problems.push(error.message))
    assert.deepEqual((await cells())[0], ['ghcr.io/kiwix/kiwix-serve:3.7.0', 'Not checked yet'])

    // Everything that the bar shows, however short the check is.
    await page.evaluate(() => {
      const bar = document.querySelector('progress')
      const panel = document.querySelector('#check')
      const seen: number[] = []
      Object.assign(window, { seen })
      const note = () => panel?.hasAttribute('hidden') || seen.push(bar?.value ?? -1)
      new MutationObserver(note).observe(document.body, { subtree: true, attributes: true })
    })
    await page.locator('form[data-ready]').waitFor()
    await page.getByRole('button', { name: 'Check for updates' }).click()
    await page.getByText('All images are checked.').waitFor()
    await page.locator('tr[data-state=outdated]').first().waitFor()
    const seen = await page.evaluate(() => (window as unknown as { seen: number[] }).seen)

    assert.isTrue(await page.locator('#check').isHidden())
    assert.equal(Math.max(...seen), 4)
    assert.deepEqual(
      seen,
      [...seen].sort((a, b) => a - b),
    )
    const rows = await cells()
    assert.deepEqual(rows.slice(0, 3), CHECKED)
    assert.match(rows[3]?.[1] ?? '', /^Could not be checked: .*quay\.io|404/)
    assert.equal(
      await page.getByRole('link', { name: 'Notes of 3.8.1' }).getAttribute('href'),
      'https://github.com/kiwix/kiwix-tools/releases/tag/3.8.1',
    )
    assert.deepEqual(problems, [])
    await context.close()
  })

  test('shows a check that somebody else began', async () => {
    const { context, page } = await open()
    await page.locator('form[data-ready]').waitFor()
    await fetch(`${served.origin}/check`, { method: 'POST', headers: { accept: 'application/json' } })
    await page.getByText('All images are checked.').waitFor()
    await context.close()
  })

  test('works without a script', async ({ assert }) => {
    const { context, page, cells } = await open({ javaScriptEnabled: false })
    await page.getByRole('button', { name: 'Check for updates' }).click()
    await page.locator('tr[data-state=outdated]').first().waitFor()
    assert.deepEqual((await cells()).slice(0, 3), CHECKED)
    await context.close()
  })

  test('shows what was written as text', async ({ assert }) => {
    const { context, page } = await open({ javaScriptEnabled: false })
    await page.getByRole('button', { name: 'Check for updates' }).click()
    await page.getByText('What was written').click()
    assert.deepEqual(await page.locator('details h2').allInnerTexts(), ['3.8.1', '3.8.0'])
    const [newest] = await page.locator('details pre').allInnerTexts()
    assert.equal(newest, '## Breaking changes\n<img src="x" onerror="alert(1)">')
    assert.equal(await page.locator('details img').count(), 0)
    await context.close()
  })

  test('fits a telephone, and names its parts', async ({ assert }) => {
    const { context, page } = await open()
    await page.setViewportSize({ width: 320, height: 640 })
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )
    assert.equal(overflow, 0)
    await page.getByRole('table', { name: 'Images that run here' }).waitFor()
    await page.getByRole('heading', { name: 'Container images' }).waitFor()
    await context.close()
  })
})
