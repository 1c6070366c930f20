/** The line under a running generation, where it differs by what is generated. */

import assert from 'node:assert/strict';
import test from 'node:test';

import { createFormat } from '../../web/ui/format.js';
import { createTranslate } from '../../web/ui/i18n.js';
import { runningNote } from '../../web/ui/running-note.js';
import { job } from './jobs.js';

const t = createTranslate('ko');
const format = createFormat('ko', t);

test('what is thought about is named: the questions, or the answer', () => {
  const note = (/** @type {'question' | 'answer'} */ type) => runningNote(t, format, job({ type }), 0, 0);
  assert.equal(note('question'), 'AI가 맞춤형 질문을 생성하고 있습니다 · 질문을 구상하는 중');
  assert.equal(note('answer'), 'AI가 맞춤형 답변을 작성하고 있습니다 · 답변을 구상하는 중');
});
