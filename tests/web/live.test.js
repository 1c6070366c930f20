/** The module as others take it: created anywhere, documented wholly. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

import * as exported from '../../web/live/index.js';

const live = exported.createLiveJobs();
const readme = readFileSync(new URL('../../web/live/README.md', import.meta.url), 'utf8');
const examples = [...readme.matchAll(/^```jsx?\n(.*?)^```/gms)].map(([, code]) => code).join('');

/**
 * @param {string} text
 * @param {RegExp} pattern whose one group holds a name, or names with commas in between
 */
const names = (text, pattern) => [...text.matchAll(pattern)].flatMap(([, found = '']) => found.split(', '));

test('it can be created where there is no page, and is idle', () => {
  const { status, jobs, active, isSettled } = live.getSnapshot();
  assert.deepEqual([status, jobs, active, isSettled], ['idle', [], null, false]);
});

test('its README names everything it offers', () => {
  const explained = new Set(names(readme, /`(\w+)/g));
  const offered = [...Object.keys(exported), ...Object.keys(live)];
  assert.deepEqual(offered.filter((name) => !explained.has(name)), []);
});

test('its README uses only what it offers', () => {
  for (const [used, offered] of /** @type {const} */ ([
    [names(examples, /import \{ (.+) \} from '\.\/live\/index\.js'/g), exported],
    [names(examples, /\b(?:live|jobs)\.(\w+)/g), live],
    [names(examples, /const \{ (.+) \} = useSyncExternalStore/g), live.getSnapshot()],
    [names(readme, /`(\w+)\(/g), { ...exported, ...live }],
  ])) {
    assert.ok(used.length > 0);
    assert.deepEqual(used.filter((name) => !(name in offered)), []);
  }
});
