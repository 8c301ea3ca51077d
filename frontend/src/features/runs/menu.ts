import { useCallback } from 'react';
import { useI18n } from '../../i18n/useI18n';
import type { MenuItem } from '../../ui/Menu';
import { useDrawing } from '../drawing';
import { actionsFor, beginning } from './actions';
import { isActive, useCurrentRun } from './current';
import { useAct } from './useAct';
import { useActions } from './useActions';
import { useTargets } from './useTargets';

/** What a context menu offers for an element while a run goes on; nothing otherwise. */
export function useRunMenu(): (id: string) => readonly MenuItem[] {
  const { of } = useI18n();
  const { mayRun, replicasOf } = useDrawing();
  const active = useCurrentRun((state) => isActive(state.status));
  const actions = useActions();
  const targets = useTargets();
  const perform = useAct();
  return useCallback(
    (id) => {
      const target = targets.find((candidate) => candidate.id === id);
      if (!active || !mayRun || !target) return [];
      return actionsFor(actions, target).map((action): MenuItem => {
        const params = action.one_of?.length ? action.params.slice(0, 1) : action.params;
        const values = Object.fromEntries(params.map((param) => [param.name, beginning(param, replicasOf(id))]));
        const numbers = Object.values(values).join(', ');
        return {
          id: `run-${action.id}`,
          label: numbers === '' ? of(action.title) : `${of(action.title)} (${numbers})`,
          danger: action.id === 'kill',
          run: () => perform({ action: action.id, target: id, ...values }),
          ...(action.id === 'kill' ? { icon: 'kill' as const } : {}),
        };
      });
    },
    [of, mayRun, replicasOf, active, actions, targets, perform],
  );
}
