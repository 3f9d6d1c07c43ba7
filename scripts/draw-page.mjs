import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { recorded } from './draw/recorded.mjs'
import { output, root } from './run.mjs'

// A window of Chromium is no narrower than the second.
const SIZES = { desk: '1280,800', phone: '500,900' }
// What `prefers-color-scheme` says.
const THEMES = { bright: 1, dark: 0 }

/** Draws the page of `check --html` in Chromium, for desk and phone, bright and dark. */
const folder = mkdtempSync(join(tmpdir(), 'page-'))
try {
  const page = join(folder, 'updates.html')
  await recorded(['check', '--arch', 'amd64', '--html', 'updates.html'], (desk) =>
    copyFileSync(join(desk, 'updates.html'), page),
  )
  for (const [size, window] of Object.entries(SIZES))
    for (const [theme, scheme] of Object.entries(THEMES))
      output(process.env.CHROMIUM ?? 'chromium', [
        '--headless=new',
        '--no-sandbox',
        '--disable-gpu',
        '--hide-scrollbars',
        `--user-data-dir=${join(folder, 'profile')}`,
        `--blink-settings=preferredColorScheme=${scheme}`,
        `--window-size=${window}`,
        `--screenshot=${join(root, `docs/pictures/page-${size}-${theme}.png`)}`,
        `file://${page}`,
      ])
} finally {
  rmSync(folder, { recursive: true })
}
