/** A fault that the user can mend. It is shown as one sentence, without a stack. */
export class Fault extends Error {}

/** A wrong configuration. */
export class ConfigFault extends Fault {}

/** A wrong command line. It is shown with a hint at `--help`. */
export class UsageFault extends Fault {}
