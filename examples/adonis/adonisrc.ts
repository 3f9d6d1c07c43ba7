import { defineConfig } from '@adonisjs/core/app'

export default defineConfig({
  commands: [() => import('@adonisjs/core/commands')],
  providers: [
    () => import('@adonisjs/core/providers/app_provider'),
    { file: () => import('@adonisjs/core/providers/repl_provider'), environment: ['repl', 'test'] },
    () => import('@adonisjs/core/providers/edge_provider'),
    () => import('@adonisjs/core/providers/vinejs_provider'),
    () => import('@adonisjs/static/static_provider'),
    () => import('@adonisjs/transmit/transmit_provider'),
    () => import('container-registry-service/adonis/provider'),
  ],
  preloads: [() => import('#start/view'), () => import('#start/routes'), () => import('#start/kernel')],
  metaFiles: [
    { pattern: 'resources/views/**/*.edge', reloadServer: false },
    { pattern: 'public/**', reloadServer: false },
  ],
  tests: { suites: [{ name: 'all', files: ['tests/**/*.spec.ts'], timeout: 30_000 }] },
})
