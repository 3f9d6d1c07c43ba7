/** @type {import('jest').Config} */
module.exports = {
  roots: ['<rootDir>/__test__'],
  testMatch: ['<rootDir>/__test__/**/*.test.ts'],
  testEnvironment: 'node',
  // Only Linux tells the threads of a process by files.
  testPathIgnorePatterns: [
    '/node_modules/',
    ...(process.platform === 'linux' ? [] : ['/package/threads.test']),
  ],
  testTimeout: 30_000,
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          // What an AdonisJS app is compiled with: constructor types are found through the emitted metadata.
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
}
