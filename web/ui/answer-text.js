/** A finished answer: its text, the points that carry it, what to avoid, and a button that copies it. */

import { fill, h, setText } from './dom.js';
import { icon } from './icons.js';
import { copy } from './keeping.js';

/**
 * @typedef {import('./page.js').Page} Page
 * @typedef {import('../live/wire.js').Answer} Answer
 */

/**
 * @param {Page} page
 * @returns {import('./dom.js').Part<Answer | null>}
 */
export function createAnswerText(page) {
  const { t } = page;
  const text = h('p', { class: 'answer-text' });
  const keyPoints = h('ul', { class: 'answer-points' });
  const avoid = h('ul', { class: 'answer-points' });
  /** @type {Answer | null} */
  let shown = null;
  const points = [h('h5', null, t('answer.key_points')), keyPoints, h('h5', null, t('answer.avoid')), avoid];
  const button = copyButton(page, () => shown?.text ?? '');
  const element = h('div', { 'class': 'answer-body', 'data-testid': 'answer-body' });
  return {
    element,
    update(answer) {
      element.hidden = answer === null;
      if (!answer || answer === shown) return;
      if (!shown) fill(element, text, ...points, button);
      shown = answer;
      setText(text, answer.text);
      fill(keyPoints, ...answer.key_points.map((line) => h('li', null, line)));
      fill(avoid, ...answer.avoid.map((line) => h('li', null, line)));
    },
  };
}

/**
 * @param {Page} page
 * @param {() => string} text
 */
function copyButton(page, text) {
  const onclick = () => copy(page, text());
  return h('button', { type: 'button', class: 'button button-quiet', onclick }, icon('copy'), page.t('answer.copy'));
}
