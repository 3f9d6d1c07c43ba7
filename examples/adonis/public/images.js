import { Transmit } from '/transmit.js'

// Without this script the form does the same, only without telling how far it is.
const form = document.querySelector('form')
const button = form.querySelector('button')
const panel = document.querySelector('#check')
const progress = document.querySelector('#progress')
const status = document.querySelector('#status')

const subscription = new Transmit({ baseUrl: window.location.origin }).subscription('images/check')
// A check that somebody else began, or the command at night, shows here too.
subscription.onMessage((event) => (event.type === 'progress' ? show(event) : finish()))
await subscription.create()
form.dataset.ready = ''

form.addEventListener('submit', async (submitted) => {
  submitted.preventDefault()
  show({ done: 0, total: progress.max, image: '' })
  try {
    const response = await fetch(form.action, { method: 'POST', headers: { Accept: 'application/json' } })
    if (!response.ok) throw new Error(`the server answered ${response.status}`)
  } catch (error) {
    finish(`The check failed: ${error.message}`)
  }
})

function show({ done, total, image }) {
  button.disabled = true
  panel.hidden = false
  progress.max = total
  progress.value = done
  status.textContent = image ? `${done} of ${total} checked: ${image}` : ''
}

async function finish(problem) {
  button.disabled = false
  panel.hidden = true
  status.textContent = problem ?? 'All images are checked.'
  // The rows are made in one place: on the server.
  const page = await (await fetch('/')).text()
  const rows = new DOMParser().parseFromString(page, 'text/html').querySelector('#rows')
  document.querySelector('#rows').replaceChildren(...rows.children)
}
