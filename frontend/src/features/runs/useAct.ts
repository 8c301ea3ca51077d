import { useCallback } from 'react';
import { CommandError, type Command } from '../../stream/live';
import { useI18n } from '../../i18n/useI18n';
import { useNotices } from '../../ui/Notices';
import { act } from './current';

/** Acts on the run; when that fails, says why. */
export function useAct(): (command: Command) => void {
  const { t } = useI18n();
  const notice = useNotices((state) => state.show);
  return useCallback(
    (command) => {
      act(command).catch((error: unknown) => {
        if (error instanceof CommandError && error.code === 'waiting') {
          notice('info', t('runs.later'));
          return;
        }
        const offline = error instanceof CommandError && (error.code === 'offline' || error.code === 'timeout');
        const reason = error instanceof Error ? error.message : String(error);
        notice('error', offline ? t('runs.not_sent') : t('runs.refused', { reason }));
      });
    },
    [t, notice],
  );
}
