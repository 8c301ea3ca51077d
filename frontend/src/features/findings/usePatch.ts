import { useCallback } from 'react';
import { currentKinds, useDrawingState } from '../../editor/drawing';
import { useI18n } from '../../i18n/useI18n';
import { useNotices } from '../../ui/Notices';
import { useDrawing } from '../drawing';
import { editsBetween } from './edits';
import { withPlaces } from './placing';
import { PatchError, applyPatch } from './patch';
import type { PatchOperation } from './report';

/** Carries a suggested change out as one undo step; when the drawing has moved on, nothing of it. */
export function usePatch(): (operations: readonly PatchOperation[], what: string) => void {
  const { t } = useI18n();
  const { topology, change } = useDrawing();
  const show = useNotices((state) => state.show);
  return useCallback(
    (operations, what) => {
      try {
        const { rects } = useDrawingState.getState();
        change(editsBetween(topology, withPlaces(topology, applyPatch(topology, operations), rects, currentKinds())));
        show('good', t('findings.applied', { what }));
      } catch (error) {
        if (!(error instanceof PatchError)) throw error;
        show('error', t('findings.apply.stale'));
      }
    },
    [topology, change, show, t],
  );
}
