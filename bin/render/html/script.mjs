/** Filters and sorts the rows of the page. Without it the page is the same, but for the controls. */
export const SCRIPT = `
const root = document.documentElement
root.classList.add('scripted')
const table = document.querySelector('table')
const rows = [...table.tBodies]
const search = document.querySelector('input')
const buttons = [...document.querySelectorAll('[data-status]')].filter((one) => one.tagName === 'BUTTON')
const filter = () => {
  const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean)
  const wanted = buttons.filter((one) => one.getAttribute('aria-pressed') === 'true').map((one) => one.dataset.status)
  for (const row of rows) {
    const text = row.textContent.toLowerCase()
    const isShown = wanted.length === 0 || wanted.includes(row.dataset.status)
    row.hidden = !isShown || !words.every((word) => text.includes(word))
  }
  document.querySelector('.empty').hidden = rows.some((row) => !row.hidden)
}
search.addEventListener('input', filter)
for (const button of buttons) button.addEventListener('click', () => {
  button.setAttribute('aria-pressed', String(button.getAttribute('aria-pressed') !== 'true'))
  filter()
})
const heads = [...document.querySelectorAll('th')]
for (const [column, head] of heads.entries()) {
  const button = document.createElement('button')
  button.type = 'button'
  button.textContent = head.textContent
  head.replaceChildren(button)
  button.addEventListener('click', () => {
    const isAscending = head.getAttribute('aria-sort') !== 'ascending'
    for (const other of heads) other.removeAttribute('aria-sort')
    head.setAttribute('aria-sort', isAscending ? 'ascending' : 'descending')
    const key = (row) => row.rows[0].cells[column].dataset.key ?? row.rows[0].cells[column].textContent
    const sorted = [...rows].sort((a, b) => key(a).localeCompare(key(b), undefined, { numeric: true }))
    table.append(...(isAscending ? sorted : sorted.reverse()))
  })
}
`
