import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Measures } from './measures.mjs'
import { StandIn, Subject } from './processes.mjs'

/** Most milliseconds of a step, beside what it waits for answers. */
const STEP_LIMIT = 60_000
/** Most answers that a step waits for one after the other: the original's loop over twenty images waits for some 370. */
const STEP_DEPTH = 1_000
/** Most milliseconds of the loop over two hundred images. */
const CURVE_LIMIT = 300_000

/**
 * Runs sessions, and keeps their measures. Each side has a stand-in of its own: one that speaks HTTP/1.1 with one side and HTTP/2
 * with the other is slower for both.
 */
export class Runner {
  #standIns
  #measures
  #original
  #traced
  #limit

  /**
   * @param {{ latency: number, roundTrip: number, original?: string, traced?: string }} options `traced`: a row whose
   *   requests are shown
   */
  static async start({ latency, roundTrip, original, traced }, measures) {
    const runner = new Runner()
    const start = () => StandIn.start({ latency, roundTrip })
    const [own, others] = await Promise.all([start(), original ? start() : undefined])
    runner.#standIns = { own, original: others }
    runner.#measures = measures
    runner.#original = original
    runner.#traced = traced
    runner.#limit = STEP_LIMIT + STEP_DEPTH * Math.max(latency, roundTrip)
    return runner
  }

  /** Runs sessions without measuring. V8 compiles the code of the servers while it runs, and a real server's is compiled before. */
  async warmUp(sessions) {
    const measures = this.#measures
    this.#measures = new Measures()
    for (const session of sessions) await this.run(session)
    this.#measures = measures
  }

  /** Runs a session once by each of its subjects. The order is reversed in every other run. */
  async run(session, turn = 0) {
    const subjects = session.subjects.filter((subject) => subject !== 'original' || this.#original)
    if (turn % 2) subjects.reverse()
    for (const subject of subjects) await this.#runBy(subject, session)
  }

  async #runBy(subject, session) {
    const directory = await mkdtemp(join(tmpdir(), 'container-registry-bench-'))
    try {
      for (const steps of session.processes({ directory })) {
        const standIn = this.#standIns[subject] ?? this.#standIns.own
        const side = new Subject(subject, standIn, this.#original)
        try {
          await this.#takeAll(steps, subject, { side, standIn })
        } finally {
          await side.end()
        }
      }
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  }

  async #takeAll(steps, subject, { side, standIn }) {
    for (const step of steps) {
      await standIn.forget()
      const measure = await side.take(step, step.marks ? CURVE_LIMIT : this.#limit)
      if (!step.row) continue
      this.#measures.add(step.row, subject, { ...measure, ...(await standIn.report()) })
      if (step.row === this.#traced) show(subject, await standIn.trace())
    }
  }

  async end() {
    const { own, original } = this.#standIns
    await Promise.all([own.end(), original?.end()])
  }
}

function show(subject, requests) {
  console.log(`\n${subject}: depth, from and to in ms, request`)
  for (const { depth, start, end, version, method, host, path, status } of requests) {
    const times = `${start.toFixed(0).padStart(6)} ${(end?.toFixed(0) ?? '-').padStart(6)}`
    console.log(
      `${String(depth).padStart(3)} ${times}  HTTP/${version} ${status} ${method} ${host}${path.slice(0, 90)}`,
    )
  }
}
