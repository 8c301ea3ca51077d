import { NodeResizer, type NodeProps } from '@xyflow/react';
import { memo } from 'react';
import { applyEdits, useDrawingState, useKindsState } from '../editor/drawing';
import { select, useView } from '../editor/view';
import { useI18n } from '../i18n/useI18n';
import type { Share } from '../model/spread';
import { PathIcon } from '../ui/Icon';
import { cx } from '../ui/cx';
import { useMarks } from './overlay';
import { RenameField } from './RenameField';
import styles from './ContainerFrame.module.css';

/** The head of a container; its area is painted below the edges. */
export const ContainerFrame = memo(function ContainerFrame({ id, selected }: NodeProps) {
  const { of } = useI18n();
  const node = useDrawingState((state) => state.nodes.get(id));
  const editable = useDrawingState((state) => state.scope === 'edit');
  const kind = useKindsState((state) => (node ? state.kinds.node.get(node.kind) : undefined));
  const dealt = useDrawingState((state) => state.shares.get(id));
  const spof = useMarks((marks) => marks.spofs.get(id));
  const renaming = useView((view) => view.renaming === id);
  if (!node || !kind) return null;
  const name = node.name ?? id;
  return (
    <div className={cx(styles['frame'], selected && styles['selected'], spof && styles['spof'])} data-node={id}>
      <NodeResizer
        isVisible={selected && editable}
        minWidth={200}
        minHeight={120}
        onResizeEnd={(_event, { x, y, width, height }) =>
          applyEdits([
            { type: 'set', in: 'nodes', id, members: { position: { x, y }, size: { width, height } } },
          ])
        }
      />
      <div className={styles['head']}>
        <PathIcon path={kind.icon} size={15} />
        {renaming ? <RenameField id={id} name={name} /> : <span className={styles['name']}>{name}</span>}
        <span className={styles['kind']}>{of(kind.title)}</span>
      </div>
      {dealt && <Dealt shares={dealt} />}
    </div>
  );
});

/** What is spread over this container and drawn elsewhere; a click selects it. */
function Dealt({ shares }: { readonly shares: readonly Share[] }) {
  const { t } = useI18n();
  return (
    <button
      type="button"
      className={styles['dealt']}
      title={shares.map(({ name, count }) => t('canvas.share', { name, count })).join('\n')}
      onClick={() => select(shares.map(({ id }) => id))}
    >
      {shares.map(({ name, count }) => `${name} ×${count}`).join(' · ')}
    </button>
  );
}
