/** Short notices above everything else. They never take the focus and never wait for an answer. */

import { fill, h } from './dom.js';
import { icon } from './icons.js';

/**
 * @typedef {object} Toast
 * @property {'neutral' | 'success' | 'danger'} tone
 * @property {string} text
 * @property {string} [detail]
 * @property {{text: string, path: string}} [link]
 * @property {string} [about] of several toasts about the same thing, the newest stays
 */

/** @typedef {ReturnType<typeof createToasts>} Toasts */

// Five seconds for a line, by common accessibility advice; an error has two and asks for something.
const SHOWN_MS = { neutral: 5_000, success: 7_000, danger: 10_000 };
// More would cover a phone's screen.
const MAX_TOASTS = 3;
// What a newer toast replaces must have been there long enough to be seen.
const SEEN_AFTER_MS = 2_000;

/**
 * Create the place for toasts at the end of the body.
 *
 * @param {() => import('./i18n.js').Translate} speak
 */
export function createToasts(speak) {
  // A status is read as a whole at every change; each toast is news of its own.
  const area = h('div', {
    'class': 'toasts',
    'role': 'status',
    'aria-live': 'polite',
    'aria-atomic': 'false',
    'popover': 'manual',
  });
  document.body.append(area);
  raise();
  /** @type {WeakMap<Element, number>} */
  const shownAt = new WeakMap();

  /** @param {Toast} next what room is made for */
  function clear({ about }) {
    for (const element of [...area.children]) {
      const isSeen = performance.now() - (shownAt.get(element) ?? 0) > SEEN_AFTER_MS;
      if (about && isSeen && element.getAttribute('data-about') === about) element.remove();
    }
    while (area.childElementCount >= MAX_TOASTS) area.firstElementChild?.remove();
  }

  /** The top layer shows what came last above the rest, dialogs too. Without popovers: a fixed corner. */
  function raise() {
    if (!area.showPopover) return;
    area.hidePopover();
    area.showPopover();
  }

  return {
    /** @param {Toast} toast */
    show(toast) {
      area.setAttribute('aria-label', speak()('toast.label'));
      clear(toast);
      const element = h('div', {
        'class': `toast toast-${toast.tone}`,
        'data-testid': 'toast',
        'data-about': toast.about,
      });
      shownAt.set(element, performance.now());
      const close = () => element.remove();
      fill(element, words(toast), toast.link && linkOf(toast.link, close), closeButton(speak()('toast.close'), close));
      area.append(element);
      if (document.querySelector('dialog[open]')) raise();
      closeLater(element, close, SHOWN_MS[toast.tone]);
    },
  };
}

/** @param {Toast} toast */
function words({ text, detail }) {
  return h('div', { class: 'toast-words' }, h('p', null, text), detail && h('p', { class: 'muted' }, detail));
}

/**
 * @param {{text: string, path: string}} link
 * @param {() => void} close
 */
function linkOf({ text, path }, close) {
  return h('a', { href: path, class: 'button button-quiet', onclick: close }, text);
}

/**
 * @param {string} label
 * @param {() => void} close
 */
function closeButton(label, close) {
  return h(
    'button',
    { 'type': 'button', 'class': 'button button-icon', 'aria-label': label, 'onclick': close },
    icon('close'),
  );
}

/**
 * Close after a while in sight, but not under a pointer or with the focus inside: somebody is reading it.
 *
 * @param {HTMLElement} element
 * @param {() => void} close
 * @param {number} milliseconds
 */
function closeLater(element, close, milliseconds) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  function wait() {
    clearTimeout(timer);
    if (!element.isConnected) return document.removeEventListener('visibilitychange', wait);
    if (document.visibilityState === 'visible')
      timer = setTimeout(() => (element.matches(':hover, :focus-within') ? wait() : close()), milliseconds);
  }

  document.addEventListener('visibilitychange', wait);
  wait();
}
