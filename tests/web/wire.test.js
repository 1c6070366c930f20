/** The JSON forms: what is read, what is passed over, and that what the browser says is what the server accepts. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

import { comparePositions, connectFrame, follows, parseFrame, pingFrame, syncFrame } from '../../web/live/wire.js';
import { JOB, OTHER_JOB } from './jobs.js';

/** @type {{text: string, verdict: string, frame: object}[]} */
const vectors = JSON.parse(readFileSync(new URL('../vectors/frames.json', import.meta.url), 'utf8'));

test('what the browser says is among what the server is held to accept', () => {
  const accepted = vectors.filter(({ verdict }) => verdict === 'valid').map(({ text }) => text.trim());
  const connects = [connectFrame([], null), connectFrame([], ''), connectFrame([JOB, OTHER_JOB], null)];
  for (const frame of [...connects, connectFrame([JOB], 't'), syncFrame(JOB), pingFrame()]) {
    assert.ok(accepted.includes(frame), frame);
  }
});

test('connect names fifty jobs at most, the last ones', () => {
  const { known } = JSON.parse(connectFrame(Array.from({ length: 60 }, (_, n) => `${n}`), null));
  assert.deepEqual([known.length, known[49]], [50, '59']);
});

test('a frame of a known type is read', () => {
  const text = '{"type":"heartbeat","at":"2026-11-23T14:30:00.000Z","new_field":1}';
  assert.equal(parseFrame(text)?.type, 'heartbeat');
});

test('what this version does not know is passed over', () => {
  const strange = [
    '',
    'hello',
    '[]',
    'null',
    '1',
    '{"type":1}',
    '{"type":"job.paused"}',
    '{"type":"toString"}',
    '{"type":"elapsed","at":"x"}',
  ];
  for (const text of [...strange, new Blob(['{}'])]) assert.equal(parseFrame(text), null);
});

test('positions compare as numbers, the attempt first', () => {
  assert.ok(comparePositions('1-10', '1-9') > 0);
  assert.ok(comparePositions('2-1', '10-1') < 0);
  assert.equal(comparePositions('3-4', '3-4'), 0);
});

test('only the next of an attempt and the first of a higher one follow', () => {
  assert.ok(follows('1-4', '1-3') && follows('2-1', '1-3') && follows('5-1', '1-3') && follows('1-1', '1-0'));
  assert.ok(!follows('1-5', '1-3') && !follows('2-2', '1-3') && !follows('1-3', '1-3') && !follows('1-1', '2-3'));
});
