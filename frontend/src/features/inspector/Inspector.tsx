import { runCommand } from '../../commands/registry';
import { useDrawingState, useKindsState } from '../../editor/drawing';
import { useView } from '../../editor/view';
import { useI18n } from '../../i18n/useI18n';
import { Button } from '../../ui/Button';
import { ElementFigures } from '../findings/ElementFigures';
import { ElementFindings } from '../findings/ElementFindings';
import { EdgeForm } from './EdgeForm';
import styles from './inspector.module.css';
import { NodeForm } from './NodeForm';

/** What is selected, and everything that can be said of it. */
export function Inspector() {
  const { t } = useI18n();
  const drawing = useDrawingState();
  const { selectedNodes, selectedEdges } = useView();
  const nodes = [...selectedNodes].flatMap((id) => drawing.nodes.get(id) ?? []);
  const edges = [...selectedEdges].flatMap((id) => drawing.edges.get(id) ?? []);
  const disabled = drawing.scope !== 'edit';
  if (nodes.length === 0 && edges.length === 0) return <p className={styles['nothing']}>{t('inspector.nothing')}</p>;
  const [only] = nodes.length === 1 ? nodes : nodes.length === 0 && edges.length === 1 ? edges : [];
  const figures = only && (
    <>
      {nodes.length === 1 && !disabled && <Unconnected id={only.id} />}
      <ElementFigures id={only.id} />
      <ElementFindings id={only.id} />
    </>
  );
  return (
    <div className={styles['inspector']} key={[...selectedNodes, ...selectedEdges].join()}>
      {nodes.length > 0 ? <NodeForm nodes={nodes} disabled={disabled} figures={figures} /> : <EdgeForm edges={edges} disabled={disabled} figures={figures} />}
      {!disabled && (
        <footer className={styles['foot']}>
          {nodes.length > 0 && (
            <Button size="small" icon="copy" onClick={() => void runCommand('duplicate')}>
              {t('inspector.duplicate')}
            </Button>
          )}
          <Button size="small" variant="danger" icon="trash" onClick={() => void runCommand('delete')}>
            {t('inspector.delete')}
          </Button>
        </footer>
      )}
    </div>
  );
}

/** How to go on with an element that nothing is joined to. */
function Unconnected({ id }: { readonly id: string }) {
  const { t } = useI18n();
  const kind = useDrawingState(({ nodes }) => nodes.get(id)?.kind ?? '');
  const joined = useDrawingState(({ edges }) => [...edges.values()].some(({ source, target }) => source === id || target === id));
  const { node, catalogue } = useKindsState(({ kinds }) => kinds);
  if (joined || node.get(kind)?.container) return null;
  return (
    <div className={styles['alone']}>
      <p>{t('inspector.alone')}</p>
      {Object.keys(catalogue.joins[kind] ?? {}).length > 0 && (
        <Button size="small" icon="link" onClick={() => void runCommand('grow_right')}>
          {t('inspector.alone.grow')}
        </Button>
      )}
    </div>
  );
}
