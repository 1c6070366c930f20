/** The pure parts of the page: addresses, times, what to show, what to say, Markdown. */

import assert from 'node:assert/strict';
import test from 'node:test';

import { announcementOf } from '../../web/ui/announcements.js';
import { changesOf } from '../../web/ui/drafts.js';
import { createFormat } from '../../web/ui/format.js';
import { createTranslate } from '../../web/ui/i18n.js';
import { setAsMarkdown } from '../../web/ui/markdown.js';
import { pathOf, routeOf } from '../../web/ui/router.js';
import { runningNote } from '../../web/ui/running-note.js';
import { answerOf, setsOf, unfinishedJobOf, withAnswers } from '../../web/ui/state.js';
import { job } from './jobs.js';
import { state } from './states.js';

const t = createTranslate('ko');
const format = createFormat('ko', t);
const INTERVIEW = job().interview_id;
const NOW = Date.parse('2026-11-23T14:30:00.000Z');
const QUESTION = /** @type {const} */ ({
  index: 0,
  text: 'Why *us*?',
  category: 'culture_fit',
  intent: 'Motive',
  follow_up: 'And why now?',
});
const ANSWERED = { answer_id: 'a2', question_id: 'q', text: 'Because', key_points: ['Short', 'True'], avoid: ['Bluffing'] };
const RESULT = { question_set_id: 'set-2', number: 2, questions: [QUESTION] };

test('addresses lead to places and back', () => {
  for (const path of ['/', '/interviews/new', `/interviews/${INTERVIEW}`, `/interviews/${INTERVIEW}/edit`, `/interviews/${INTERVIEW}/answers`]) {
    assert.equal(pathOf(routeOf(path)), path);
  }
  for (const path of ['/nowhere', '/interviews', '/interviews/42', `/interviews/${INTERVIEW}/more`]) assert.equal(routeOf(path).name, 'missing');
});

test('elapsed time is told in seconds, then in minutes and seconds', () => {
  assert.deepEqual([0, 59.9, 60, 90, 605].map(format.elapsed), ['0초', '59초', '1분 0초', '1분 30초', '10분 5초']);
});

test('dates are those of the reader’s time zone', () => {
  // Set here, so that the test can fail on a machine that lives in UTC.
  for (const [zone, date] of [['Asia/Seoul', '2024-08-28 00:30'], ['America/New_York', '2024-08-27 11:30']]) {
    process.env.TZ = zone;
    assert.equal(format.dateTime('2024-08-27T15:30:00.000Z'), date);
  }
});

test('of a form, only what differs from what was saved is a change', () => {
  const saved = { position: 'SRE', resume: 'one\r\ntwo', created_at: NOW };
  assert.deepEqual(changesOf(saved, { position: 'SRE', resume: 'one\ntwo' }), {});
  assert.deepEqual(changesOf(saved, { position: '', resume: 'one\ntwo' }), { position: '' });
  assert.deepEqual(changesOf({}, { position: '' }), { position: '' });
});

test('a reader whose clock is behind never sees the future', () => {
  assert.equal(format.relative('2026-11-23T14:28:00.000Z', NOW), '2분 전');
  assert.equal(format.relative('2026-11-23T14:35:00.000Z', NOW), format.relative('2026-11-23T14:30:00.000Z', NOW));
});

test('the running line says what is going on, and how long that usually takes', () => {
  const note = (/** @type {Parameters<typeof job>[0]} */ changes, seconds = 5) =>
    runningNote(t, format, job(changes), seconds, NOW);
  assert.equal(note({ status: 'queued' }), 'AI가 맞춤형 질문을 생성하고 있습니다 · 시작을 기다리는 중');
  const writing = { progress: { stage: /** @type {const} */ ('writing'), done: 1, total: 10 }, estimated_seconds: 110 };
  assert.equal(note(writing), 'AI가 맞춤형 질문을 생성하고 있습니다 · 보통 1분 50초 걸립니다');
  assert.match(note(writing, 200), /평소보다 오래/);
  assert.equal(
    note({ status: 'queued', retry_at: '2026-11-23T14:30:07.200Z' }),
    'AI 서비스가 혼잡합니다. 8초 후 다시 시도합니다.',
  );
  assert.match(note({ status: 'queued', retry_at: '2026-11-23T14:29:59.000Z' }), /기다리는 중/);
  const resumed = {
    attempt: 2,
    partial: { questions: [QUESTION], text: null },
    progress: { stage: /** @type {const} */ ('thinking'), done: 1, total: 10 },
  };
  assert.equal(note(resumed), '작업을 이어받아 계속 생성하고 있습니다 (1/10 유지).');
});

test('a result is a set before the server has listed it, and once it has, is not there twice', () => {
  const done = job({ status: 'completed', result: RESULT, completed_at: '2026-11-23T14:31:00.000Z' });
  assert.deepEqual(
    setsOf(state([done]), INTERVIEW).map((set) => set.number),
    [2],
  );
  const listed = {
    id: 'set-2',
    number: 2,
    job_id: done.id,
    created_at: '2026-11-23T14:31:00.000Z',
    comment: null,
    questions: [QUESTION],
  };
  const older = { ...listed, id: 'set-1', number: 1 };
  const sets = { [INTERVIEW]: { status: /** @type {const} */ ('ready'), value: [listed, older], code: null } };
  assert.deepEqual(
    setsOf(state([done], { sets }), INTERVIEW).map((set) => set.id),
    ['set-2', 'set-1'],
  );
});

test('a failure is shown until it is closed or something newer was tried', () => {
  const failed = job({ status: 'failed' });
  assert.equal(unfinishedJobOf(state([failed]), INTERVIEW), failed);
  assert.equal(unfinishedJobOf(state([failed], { dismissed: [failed.id] }), INTERVIEW), null);
  assert.equal(unfinishedJobOf(state([job({ id: 'newer', status: 'completed' }), failed]), INTERVIEW), null);
  assert.equal(unfinishedJobOf(state([failed]), 'another interview'), null);
});

test('an ending is announced with a way there, unless the reader is there', () => {
  const change = /** @type {const} */ ({
    type: 'completed',
    job: job({ status: 'completed', result: RESULT }),
    isAway: false,
  });
  const elsewhere = announcementOf(t, change, { name: 'interviews' });
  assert.deepEqual([elsewhere.text, elsewhere.link?.path], ['질문 1개가 준비되었습니다.', `/interviews/${INTERVIEW}`]);
  assert.equal(announcementOf(t, change, { name: 'interview', id: INTERVIEW, tab: 'answers' }).link, undefined);
  assert.equal(
    announcementOf(t, { ...change, isAway: true }, { name: 'interviews' }).text,
    '자리를 비운 사이 질문 생성이 끝났습니다.',
  );
  const error = { code: 'blocked', message: 'said by the server', retryable: false };
  const failure = announcementOf(
    t,
    { type: 'failed', job: job({ status: 'failed', error }), isAway: false },
    { name: 'interviews' },
  );
  assert.match(failure.detail ?? '', /표현을 바꿔/);
});

test('an answer is announced as one, with the way to the answers', () => {
  const done = job({ type: 'answer', question_id: 'q', status: 'completed', result: ANSWERED });
  const here = /** @type {const} */ ({ name: 'interviews' });
  const ready = announcementOf(t, { type: 'completed', job: done, isAway: false }, here);
  assert.deepEqual([ready.text, ready.link?.path], ['답변이 준비되었습니다.', `/interviews/${INTERVIEW}/answers`]);
  const away = announcementOf(t, { type: 'completed', job: done, isAway: true }, here);
  assert.equal(away.text, '자리를 비운 사이 답변 생성이 끝났습니다.');
  const error = { code: 'blocked', message: 'said by the server', retryable: false };
  const failed = announcementOf(t, { type: 'failed', job: { ...done, status: 'failed', error }, isAway: false }, here);
  assert.deepEqual([failed.text, /표현을 바꿔/.test(failed.detail ?? '')], ['답변을 생성하지 못했습니다.', true]);
});

test('the newest answer is shown, whether it was listed or came since', () => {
  const listed = { id: 'a', job_id: 'j', text: 'Listed', key_points: [], avoid: [], created_at: '2026-11-23T15:00:00.000Z' };
  const question = { ...QUESTION, id: 'q', answer: listed };
  const written = (/** @type {string} */ at) =>
    job({ type: 'answer', question_id: 'q', status: 'completed', completed_at: at, result: ANSWERED });
  assert.equal(answerOf(state([]), question), listed);
  assert.equal(answerOf(state([written('2026-11-23T15:00:00.000Z')]), question), listed);
  assert.equal(answerOf(state([written('2026-11-23T15:00:01.000Z')]), question), ANSWERED);
  assert.equal(answerOf(state([written('2026-11-23T15:00:01.000Z')]), { ...question, answer: null }), ANSWERED);
  assert.equal(answerOf(state([job({ type: 'answer', question_id: 'q' })]), question), listed);
  const set = { id: 's', number: 1, job_id: 'j', created_at: '', comment: null, questions: [question] };
  const { questions } = withAnswers(state([written('2026-11-23T15:00:01.000Z')]), set);
  assert.deepEqual(questions, [{ ...question, answer: ANSWERED }]);
});

test('a set becomes Markdown in which what was written stays text', () => {
  const set = { id: 's', number: 2, job_id: 'j', created_at: '', comment: 'a\n# b', questions: [QUESTION] };
  assert.equal(
    setAsMarkdown(t, '카카오뱅크 · SRE', '질문 세트 #2', set),
    [
      '# 카카오뱅크 · SRE',
      '## 질문 세트 \\#2',
      '> 요청 사항: a \\# b',
      '1. **Why \\*us\\*?** (조직 적합성)\n   - 질문 의도: Motive\n   - 꼬리 질문: And why now?\n',
    ].join('\n\n'),
  );
});

test('an answer goes into the Markdown of its question', () => {
  const answer = { ...ANSWERED, text: 'Because\n\n- I can.\n\n2. We all can.', id: 'a2', job_id: 'j2', created_at: '' };
  const questions = [{ ...QUESTION, id: 'q', answer }];
  const set = { id: 's', number: 2, job_id: 'j', created_at: '', comment: null, questions };
  const text = setAsMarkdown(t, '카카오뱅크 · SRE', '질문 세트 #2', set);
  assert.match(text, / {3}- 답변: Because\n\n {5}\\- I can\.\n\n {5}2\\\. We all can\.\n {3}- 핵심 포인트: Short · True\n {3}- 피해야 할 점: Bluffing\n$/);
});
