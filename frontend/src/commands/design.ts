import { useDrawingState } from '../editor/drawing';
import { i18nFor } from '../i18n/useI18n';
import { useLanguage } from '../i18n/language';
import { useNotices } from '../ui/Notices';
import { command } from './command';

/** What the page around the canvas does for commands that are not about the drawing; it registers itself. */
export interface Page {
  readonly toggleRun: () => void;
}

let page: Page | null = null;

export function setPage(next: Page | null): void {
  page = next;
}

export const run = command({
  id: 'run',
  group: 'design',
  keys: ['Mod+Enter'],
  icon: 'play',
  available: () => page !== null && useDrawingState.getState().scope !== 'view',
  run: () => page?.toggleRun(),
});

/** Everything is saved as it is drawn; the habit of asking for it gets an answer. */
export const save = command({
  id: 'save',
  group: 'design',
  keys: ['Mod+S'],
  whileTyping: true,
  run: () => {
    const { saveState, scope } = useDrawingState.getState();
    const { t } = i18nFor(useLanguage.getState().language);
    const tone = saveState === 'saved' ? 'good' : saveState === 'late' ? 'error' : 'info';
    useNotices.getState().show(tone, t(scope === 'edit' ? `save.${saveState}` : `save.${scope}`));
  },
});
