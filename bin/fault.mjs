/** What a person can mend: shown as one sentence, without a stack. */
export class Fault extends Error {}

/** A wrong command line; a hint at `--help` goes with it. */
export class UsageFault extends Fault {}
