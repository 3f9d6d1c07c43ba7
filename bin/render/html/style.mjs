/** The style of the page, in colours for bright and dark rooms. Below 48 em a row is a card. */
export const STYLE = `
:root { color-scheme: light dark;
  --page: #f6f8fa; --card: #ffffff; --line: #d1d9e0; --ink: #1f2328; --dim: #59636e; --link: #0969da;
  --update: #9a6700; --update-back: #fff8c5; --good: #1a7f37; --good-back: #dafbe1; --bad: #cf222e; --bad-back: #ffebe9;
  --plain-back: #eaeef2 }
@media (prefers-color-scheme: dark) { :root {
  --page: #0d1117; --card: #151b23; --line: #3d444d; --ink: #f0f6fc; --dim: #9198a1; --link: #4493f8;
  --update: #e3b341; --update-back: #3b2e0a; --good: #3fb950; --good-back: #12361f; --bad: #f85149; --bad-back: #4a1519;
  --plain-back: #262c36 } }
* { box-sizing: border-box }
body { margin: 0; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif }
main { max-width: 80rem; margin: 0 auto; padding: 1.5rem 1rem 3rem }
h1 { margin: 0; font-size: 1.5rem; line-height: 1.25 }
header p { margin: .25rem 0 1rem; color: var(--dim) }
a { color: var(--link) }
code, pre { font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere }
.controls { display: none; flex-wrap: wrap; gap: .5rem; margin: 0 0 1rem }
.scripted .controls { display: flex }
.controls input, .controls button { font: inherit; color: inherit; background: var(--card);
  border: 1px solid var(--line); border-radius: .5rem; padding: .375rem .75rem }
.controls input { flex: 1 1 14rem; min-width: 0 }
.controls button { cursor: pointer }
.controls button[aria-pressed="true"] { border-color: var(--link); box-shadow: inset 0 0 0 1px var(--link) }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px }
table { width: 100%; border-collapse: separate; border-spacing: 0; background: var(--card);
  border: 1px solid var(--line); border-radius: .75rem; overflow: hidden }
th, td { padding: .625rem .75rem; text-align: left; vertical-align: top }
tbody > tr:first-child > td { border-top: 1px solid var(--line) }
.more > td { padding: 0 .75rem .625rem }
.more details:first-child { margin-top: 0 }
th { font-weight: 600; color: var(--dim); font-size: .8125rem; white-space: nowrap }
th button { font: inherit; color: inherit; background: none; border: 0; padding: 0; cursor: pointer }
th[aria-sort="ascending"] button::after { content: " ↑" }
th[aria-sort="descending"] button::after { content: " ↓" }
.image { font-weight: 600; overflow-wrap: anywhere }
.where, .dim { color: var(--dim); font-size: .8125rem; overflow-wrap: anywhere }
.badge { display: inline-block; padding: .0625rem .5rem; border-radius: 1rem; font-size: .8125rem; white-space: nowrap;
  background: var(--plain-back); color: var(--ink) }
.badge.update { background: var(--update-back); color: var(--update) }
.badge.good { background: var(--good-back); color: var(--good) }
.badge.bad { background: var(--bad-back); color: var(--bad) }
.version { white-space: nowrap }
.version code { overflow-wrap: normal }
details { margin-top: .375rem }
summary { cursor: pointer; color: var(--link); font-size: .875rem; width: fit-content }
details ul { margin: .375rem 0; padding-left: 1.25rem }
details pre { margin: .375rem 0; padding: .625rem .75rem; max-height: 24rem; overflow: auto; white-space: pre-wrap;
  background: var(--page); border: 1px solid var(--line); border-radius: .5rem }
details h3 { margin: .75rem 0 0; font-size: .9375rem; overflow-wrap: anywhere }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .125rem .75rem; margin: .375rem 0; font-size: .875rem }
dt { color: var(--dim) }
dd { margin: 0; overflow-wrap: anywhere }
.warnings { margin-top: 1.5rem }
.empty { padding: 2rem; text-align: center; color: var(--dim) }
@media (max-width: 48em) {
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
  table, tbody, tr, td { display: block }
  tbody > tr:first-child > td { border: 0 }
  table { background: none; border: 0; border-radius: 0; overflow: visible }
  tbody { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; margin-bottom: .75rem; padding: .5rem 0 }
  td { padding: .1875rem .75rem }
  .more > td { padding: .1875rem .75rem }
  td:empty { display: none }
  td[data-head]::before { content: attr(data-head) " "; color: var(--dim); font-size: .8125rem }
  .version { white-space: normal }
  tbody[hidden] { display: none }
}
@media print { .controls { display: none } body { background: none } }
`
