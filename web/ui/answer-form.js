/** What to ask of an answer, and the button that starts it. */

import { h, setText } from './dom.js';
import { MAX_COMMENT } from './limits.js';

let made = 0;

/** @typedef {{hasAnswer: boolean, isBusy: boolean, job: import('../live/index.js').JobView | null}} Standing */

/**
 * @param {import('./page.js').Page} page
 * @param {string} questionId
 * @returns {import('./dom.js').Part<Standing>}
 */
export function createAnswerForm({ t, drafts, actions }, questionId) {
  const key = `answer ${questionId}`;
  const comment = commentField(t, drafts.load(key).comment ?? '');
  // A question stands in both parts of the page, so its own id would be there twice.
  const whyId = `answer-why-${(made += 1)}`;
  const button = h('button', { 'class': 'button', 'data-testid': 'answer-button', 'aria-describedby': whyId });
  const why = h('p', { class: 'form-why muted', id: whyId });

  /** @param {Event} event */
  async function onsubmit(event) {
    event.preventDefault();
    const words = comment.value.trim();
    if (!(await actions.answer({ question_id: questionId, ...(words && { comment: words }) }))) return;
    comment.value = '';
    drafts.drop(key);
  }

  return {
    element: h(
      'form',
      {
        'class': 'answer-form',
        'aria-label': t('answer.button'),
        'aria-describedby': whyId,
        'oninput': () => drafts.save(key, { comment: comment.value }),
        onsubmit,
      },
      comment,
      button,
      why,
    ),
    update({ hasAnswer, isBusy, job }) {
      const isWriting = job !== null && job.completed_at === null;
      setText(button, t(isWriting ? 'generate.running' : hasAnswer ? 'answer.again' : 'answer.button'));
      button.disabled = isBusy;
      // What describes the button is read even where it is hidden.
      setText(why, isBusy && !isWriting ? t('generate.why_disabled') : '');
      why.hidden = why.textContent === '';
    },
  };
}

/**
 * @param {import('./i18n.js').Translate} t
 * @param {string} value
 */
function commentField(t, value) {
  return h('input', {
    'maxlength': MAX_COMMENT,
    'placeholder': t('answer.comment.example'),
    'aria-label': t('generate.comment'),
    value,
  });
}
