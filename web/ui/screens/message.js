/** Screens that only say something: nothing is here, it could not be loaded, it is loading. */

import { h } from '../dom.js';
import { explain } from '../i18n.js';
import { createSkeleton } from '../skeleton.js';

/**
 * @typedef {import('../page.js').Page} Page
 * @typedef {import('../page.js').Screen} Screen
 */

/**
 * @param {Page} page
 * @returns {Screen}
 */
export function createMissingScreen({ t }) {
  const element = h(
    'div',
    { class: 'welcome' },
    h('h1', { tabindex: -1 }, t('not_found.title')),
    h('p', { class: 'lead' }, t('not_found.text')),
    h('div', null, h('a', { class: 'button', href: '/' }, t('not_found.home'))),
  );
  return { element, titleOf: () => t('not_found.title'), update: () => {} };
}

/**
 * The page before the server has said who is signed in, or when it could not be asked.
 *
 * @param {Page} page
 * @param {string | null} code of the problem
 * @returns {Screen}
 */
export function createWaitingScreen(page, code) {
  const { t, actions } = page;
  const element = code ? createFailure(page, code, actions.recognise) : createSkeleton(t('interviews.loading'), 3);
  return { element, titleOf: () => t('interviews.title'), update: () => {} };
}

/**
 * Create the notice that something could not be loaded, with the way to try again.
 *
 * @param {Page} page
 * @param {string} code of the problem
 * @param {() => unknown} onRetry
 * @returns {HTMLElement}
 */
export function createFailure({ t, toasts }, code, onRetry) {
  const element = h(
    'div',
    { class: 'failure', role: 'alert' },
    h('div', null, h('p', { class: 'strong' }, t('failed.title')), h('p', { class: 'muted' }, explain(t, code))),
    h('button', { type: 'button', class: 'button', onclick: retry }, t('failed.retry')),
  );

  async function retry() {
    await onRetry();
    // Another failure has a notice of its own; the same one again would look as if nothing had been tried.
    if (element.checkVisibility()) toasts.show({ tone: 'danger', text: explain(t, code) });
  }

  return element;
}

/**
 * Create what stands in the place of an interview that is not there: not yet, not any more, or not for some reason.
 *
 * @param {Page} page
 * @param {import('../state.js').Resource<unknown>} resource
 * @param {() => unknown} onRetry
 * @returns {HTMLElement}
 */
export function createStandIn(page, { status, code }, onRetry) {
  if (status === 'missing') return createMissingScreen(page).element;
  if (status === 'failed') return createFailure(page, code ?? '', onRetry);
  return createSkeleton(page.t('interview.loading'), 3);
}
