import { runCommand, commandOf } from '../commands/registry';
import { shown } from '../commands/chord';
import { useDrawingState } from '../editor/drawing';
import { useView } from '../editor/view';
import { useI18n } from '../i18n/useI18n';
import { IconButton } from '../ui/Button';
import styles from './app.module.css';

const VIEW = ['zoom_out', 'zoom_in', 'fit'] as const;
const ICONS = { zoom_out: 'minus', zoom_in: 'add', fit: 'fit' } as const;

/** Tools at the border of the drawing: arrow and hand, zoom, tidy, help. */
export function Tools() {
  const { t } = useI18n();
  const tool = useView((view) => view.tool);
  const several = useView((view) => view.several);
  const { scope, canUndo, canRedo } = useDrawingState();
  const editable = scope === 'edit';
  const keys = (id: Parameters<typeof commandOf>[0]) => {
    const [chord] = commandOf(id).keys;
    return chord === undefined ? undefined : shown(chord);
  };
  return (
    <div className={styles['tools']} role="toolbar" aria-label={t('canvas.label')}>
      <IconButton icon="arrow" label={t('cmd.tool_select')} keys={keys('tool_select')} pressed={tool === 'select'} onClick={() => useView.setState({ tool: 'select' })} />
      <IconButton icon="hand" label={t('cmd.tool_pan')} keys={keys('tool_pan')} pressed={tool === 'pan'} onClick={() => useView.setState({ tool: 'pan' })} />
      <IconButton
        icon="select"
        className={styles['several']}
        label={t('tools.several')}
        pressed={several}
        onClick={() => useView.setState({ several: !several, tool: 'select' })}
      />
      <span className={styles['rule']} />
      {editable && (
        <span className={styles['narrow']}>
          <IconButton icon="undo" label={t('top.undo')} disabled={!canUndo} onClick={() => void runCommand('undo')} />
          <IconButton icon="redo" label={t('top.redo')} disabled={!canRedo} onClick={() => void runCommand('redo')} />
        </span>
      )}
      {VIEW.map((id) => (
        <IconButton key={id} className={id === 'fit' ? undefined : styles['wide']} icon={ICONS[id]} label={t(`cmd.${id}`)} keys={keys(id)} onClick={() => void runCommand(id)} />
      ))}
      {editable && <IconButton icon="tidy" label={t('cmd.tidy')} keys={keys('tidy')} onClick={() => void runCommand('tidy')} />}
      <span className={styles['rule']} />
      <IconButton icon="search" label={t('cmd.palette')} keys={keys('palette')} onClick={() => void runCommand('palette')} />
      <IconButton icon="help" className={styles['wide']} label={t('cmd.keys')} keys={keys('keys')} onClick={() => void runCommand('keys')} />
    </div>
  );
}
