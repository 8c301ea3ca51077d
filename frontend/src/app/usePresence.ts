import { useEffect } from 'react';
import { ownNumber, present, useDrawingState } from '../editor/drawing';
import { useView } from '../editor/view';
import { refreshAccount, useAccount } from '../features/account/api';
import { useI18n } from '../i18n/useI18n';

/** Tells the others in the design who one is and what one has selected. */
export function usePresence(): void {
  const { t } = useI18n();
  const designId = useDrawingState((state) => state.designId);
  const me = useAccount((state) => state.me);
  useEffect(() => {
    // Without an answer one is a guest to the others.
    if (useAccount.getState().me === null) void refreshAccount().catch(() => undefined);
  }, []);
  useEffect(() => {
    if (designId === '') return undefined;
    const named = me?.user && !me.user.guest ? me.user.username : t('people.guest', { number: ownNumber() });
    const tell = (): void => present({ name: named, selection: [...useView.getState().selectedNodes].slice(0, 100) });
    tell();
    return useView.subscribe((view, before) => {
      if (view.selectedNodes !== before.selectedNodes) tell();
    });
  }, [designId, me, t]);
}
