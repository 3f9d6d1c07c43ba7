import { useDesk } from './support/cli'

const desk = useDesk()

/** What the demo prints, line by line, and its exit code. */
function demo(call: string) {
  return desk().evaluate(
    '../demo/check.mjs',
    `const printed = []
     console.log = (text) => printed.push(...text.split('\\n'))
     const code = await it.${call}
     process.stdout.write(JSON.stringify({ code, printed }))`,
  ) as Promise<{ code: number; printed: string[] }>
}

test('the demo prints what the command line prints: calendar versions, variants and floating tags too', async () => {
  const { code, printed } = await demo("checkDemo('arm64')")
  const cells = (start: string) =>
    printed
      .find((line) => line.startsWith(start))
      ?.split(/ {2,}/)
      .slice(0, 3)
  expect(code).toBe(0)
  expect(printed[0]).toBe('Updates for arm64')
  expect(cells('image')).toEqual(['image', 'current', 'newest'])
  expect(cells('ghcr.io/corentinth')).toEqual([
    'ghcr.io/corentinth/it-tools',
    '2024.5.13-a0bc346',
    '2024.10.22-7ca5933',
  ])
  expect(cells('postgres')).toEqual(['postgres', '16.4-alpine', '16.6-alpine'])
  expect(cells('redis')).toEqual(['redis', 'latest (7.4.2)', 'no order'])
  // Its newest version is built for amd64 only.
  expect(cells('lscr.io')).toEqual(['lscr.io/linuxserver/bookstack', '24.5.2', '24.10.1'])
  expect(printed.at(-1)).toMatch(
    /^\d+ requests were served by 5 registries and a GitHub API in this process\.$/,
  )
})

test('images of which none can be checked are a failure', async () => {
  const { code, printed } = await demo("checkReal([':::'], 'amd64')")
  expect(code).toBe(1)
  expect(printed).toContain('1 failed')
})
