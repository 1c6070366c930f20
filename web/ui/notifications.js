/**
 * Notifications of the system: one for each generation that ends while no tab of this page is in sight, for readers who
 * asked for them. Several tabs may tell of the same end; its tag makes them one.
 */

import { announcementOf, placeOf } from './announcements.js';
import { loadNotify, saveNotify } from './preferences.js';
import { routeOf } from './router.js';
import { watchSight } from './sight.js';

/** @typedef {ReturnType<typeof createNotifications>} Notifications */
/** @typedef {'unsupported' | 'off' | 'on' | 'denied'} Standing */

/**
 * @param {() => import('./i18n.js').Translate} speak in the language of the moment
 * @param {(route: import('./router.js').Route) => void} go
 */
export function createNotifications(speak, go) {
  const isInSight = watchSight();
  return {
    /** @returns {Standing} whether the reader is told, and if not, why */
    get standing() {
      if (!globalThis.Notification) return 'unsupported';
      if (Notification.permission === 'denied') return 'denied';
      return Notification.permission === 'granted' && loadNotify() ? 'on' : 'off';
    },

    /** Turn them on, or off again; the browser asks the reader the first time. */
    async toggle() {
      const isWanted = this.standing === 'off';
      if (isWanted) await Notification.requestPermission();
      saveNotify(isWanted && Notification.permission === 'granted');
    },

    /** @param {import('../live/jobs.js').Change} change */
    async tell(change) {
      if (this.standing !== 'on' || (await isInSight())) return;
      const t = speak();
      const { text, detail } = announcementOf(t, change, { name: 'interviews' });
      const notification = show(text, { body: detail ?? t('brand'), tag: change.job.id, icon: '/assets/icon.svg' });
      notification?.addEventListener('click', () => {
        window.focus();
        go(routeOf(placeOf(change.job)));
        notification.close();
      });
    },
  };
}

/**
 * @param {string} title
 * @param {NotificationOptions} options
 * @returns {Notification | null} null where only service workers may show one (Android)
 */
function show(title, options) {
  try {
    return new Notification(title, options);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return null;
  }
}
