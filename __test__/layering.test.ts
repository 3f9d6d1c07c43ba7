import { readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { arrows, ROOMS, violations } from './support/layering'
import { pathsOf } from './support/rust-paths'

const SRC = join(__dirname, '../src')

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.rs') && !/_tests(\.rs$|\/)/.test(path))
  .map((path) => ({ file: path.split(sep).join('/'), source: readFileSync(join(SRC, path), 'utf8') }))

describe('the crate', () => {
  test('draws no arrow the wrong way, and touches nothing from a room that must not', () => {
    expect(files.flatMap(({ file, source }) => violations(file, source))).toEqual([])
  })

  test('has the arrows that hold it together, so its imports are read', () => {
    const drawn = new Set(files.flatMap(({ file, source }) => arrows(file, source)))
    for (const arrow of [
      'binding → service',
      'service → registry',
      'service → source',
      'registry → http',
      'source → http',
      'http → error',
    ]) {
      expect(drawn).toContain(arrow)
    }
  })

  test('names reqwest and tokio in http, and napi in the binding', () => {
    const crates = (file: string) =>
      new Set(pathsOf(files.find((other) => other.file === file)?.source ?? '').map(([crate]) => crate))
    expect(crates('http/client.rs')).toContain('tokio')
    expect(crates('binding/methods/service.rs')).toContain('napi')
  })
})

describe('the check', () => {
  const wrong: [file: string, source: string, complaint: string][] = [
    ['image/manifest.rs', 'use reqwest::Url;', 'image must not touch reqwest::Url'],
    [
      'image/manifest.rs',
      'use crate::http::client::Client;',
      'image must not use http (crate::http::client::Client)',
    ],
    [
      'image/manifest.rs',
      'use crate::{error::Error, service};',
      'image must not use service (crate::service)',
    ],
    [
      'image/platform.rs',
      'fn f() { super::super::cache::get() }',
      'image must not use cache (super::super::cache::get)',
    ],
    [
      'version/original.rs',
      'fn f() { let t = std::time::Instant::now(); }',
      'version must not touch std::time::Instant::now',
    ],
    [
      'version/tag/scheme.rs',
      'use std::time::SystemTime; fn f() { SystemTime::now(); }',
      'version must not touch SystemTime::now',
    ],
    ['source/probe.rs', 'use crate::registry::tags;', 'source must not use registry (crate::registry::tags)'],
    [
      'registry/tags.rs',
      'use crate::source::page::x;',
      'registry must not use source (crate::source::page::x)',
    ],
    [
      'registry/tags.rs',
      'async fn f() { tokio::time::sleep(d).await }',
      'registry must not touch tokio::time::sleep',
    ],
    ['registry/tags.rs', 'use {std::fmt, reqwest as web};', 'registry must not touch reqwest'],
    [
      'http/client.rs',
      'use crate::registry::tags::link;',
      'http must not use registry (crate::registry::tags::link)',
    ],
    [
      'http/client.rs',
      'use crate::image::{self, manifest::ACCEPT};',
      'http must not use image (crate::image)',
    ],
    ['http/client.rs', 'use napi::Env;', 'http must not touch napi::Env'],
    ['service.rs', 'use napi_derive::napi;', 'service must not touch napi_derive::napi'],
    ['service.rs', 'use reqwest::StatusCode;', 'service must not touch reqwest::StatusCode'],
    ['service.rs', 'use crate::binding::types;', 'service must not use binding (crate::binding::types)'],
    [
      'cache/disk.rs',
      'use crate::http::client::Client;',
      'cache must not use http (crate::http::client::Client)',
    ],
    ['error.rs', 'impl From<crate::image::X> for Error {}', 'error must not use image (crate::image::X)'],
    [
      'binding/methods/service.rs',
      'use crate::http::client::Client;',
      'binding must not use http (crate::http::client::Client)',
    ],
    ['binding/input/options.rs', 'use url::Url;', 'binding must not touch url::Url'],
    ['attic/old.rs', '', 'no room for this file'],
  ]

  test.each(wrong)('%s: %s', (file, source, complaint) => {
    expect(violations(file, source)).toContain(`${file}: ${complaint}`)
  })

  test('tests, comments and strings draw no arrows', () => {
    const source = `
      //! crate::http::client is another room. It's "not" ours.
      use std::time::{Duration, SystemTime};
      /* use reqwest::Url; */
      const TEXT: &str = "use crate::http; // reqwest::get";
      const RAW: &str = r#"crate::http::"x""#;
      fn quote<'a>(c: char) -> bool { c == '"' || c == '\\'' || "tokio::net" == "" }
      #[cfg(test)]
      use crate::http::client::Client;
      #[cfg(test)]
      #[path = "x_tests.rs"]
      mod other;
      #[cfg(test)]
      mod tests { use tokio::time::sleep; fn f() { if true { reqwest::get() } } }
      use super::platform::Platform;
    `
    expect(violations('image/manifest.rs', source)).toEqual([])
    expect(pathsOf(source)).toContainEqual(['super', 'platform', 'Platform'])
  })

  test('what stands behind the tests is read too', () => {
    const source = '#[cfg(test)]\nmod tests { fn f() {} }\nuse crate::http::client::Client;'
    expect(violations('image/manifest.rs', source)).toHaveLength(1)
  })

  test('every room may use only rooms that there are', () => {
    for (const { uses } of Object.values(ROOMS))
      expect(Object.keys(ROOMS)).toEqual(expect.arrayContaining(uses))
  })

  test('no room reaches itself by way of others', () => {
    const below = (room: string): string[] =>
      (ROOMS[room]?.uses ?? []).flatMap((next) => [next, ...below(next)])
    for (const room of Object.keys(ROOMS)) expect(below(room)).not.toContain(room)
  })
})
