import { shown } from '../../commands/chord';
import { isAvailable } from '../../commands/command';
import { commandOf, runCommand, type CommandId } from '../../commands/registry';
import { useI18n } from '../../i18n/useI18n';
import { IconButton } from '../../ui/Button';
import styles from './Arrange.module.css';

const ROWS: readonly (readonly CommandId[])[] = [
  ['align_left', 'align_center', 'align_right', 'distribute_x'],
  ['align_top', 'align_middle', 'align_bottom', 'distribute_y'],
  ['tidy', 'group'],
];

/** What puts several selected elements in order. */
export function Arrange() {
  const { t } = useI18n();
  return (
    <div className={styles['arrange']} role="toolbar" aria-label={t('commands.group.arrange')}>
      {ROWS.map((ids) => (
        <span key={ids[0]}>
          {ids.map((id) => {
            const command = commandOf(id);
            const [chord] = command.keys;
            return (
              <IconButton
                key={id}
                icon={command.icon ?? 'flow'}
                label={t(`cmd.${id}`)}
                {...(chord === undefined ? {} : { keys: shown(chord) })}
                disabled={!isAvailable(command)}
                onClick={() => void runCommand(id)}
              />
            );
          })}
        </span>
      ))}
    </div>
  );
}
