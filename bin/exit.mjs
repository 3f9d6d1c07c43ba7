/** Exit codes, as the usage states them. */
export const ANSWERED = 0
/** What one of `--fail-on-…` asks about was found, whatever else happened. */
export const FOUND = 1
/** The command line or its configuration is wrong. */
export const USAGE_FAULT = 2
/** Something could not be read, asked or told. */
export const FAILED = 3
