import { IconRestore } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { RelativeTime } from '@/components';
import { Control } from './Control';
import c from './general.module.css';
import type { SettingOut, SettingValue } from './types';
import { isDefault, toDraft } from './values';
import { useSpoken } from './words';

type Props = {
  setting: SettingOut;
  draft: SettingValue;
  error?: string;
  onChange: (value: SettingValue) => void;
};

/** A setting with its control, its default, the way back to it, and who changed it last. */
export function SettingField({ setting, draft, error, onChange }: Props) {
  const { t } = useTranslation();
  const spoken = useSpoken(setting);
  const label = t(`general.setting.${setting.key}.title`, { defaultValue: setting.title });
  const help = t(`general.setting.${setting.key}.help`, { defaultValue: setting.help });
  return (
    <div className={c.field}>
      <Control setting={setting} label={label} help={help} value={draft} error={error} onChange={onChange} />
      <p className={c.meta}>
        <span>
          {t('general.default')} <bdi>{spoken(setting.default)}</bdi>
        </span>
        {!isDefault(setting, draft) && (
          <button
            type="button"
            className={c.reset}
            aria-label={`${t('general.toDefault')}: ${label}`}
            onClick={() => onChange(toDraft(setting, setting.default))}
          >
            <IconRestore size={13} stroke={1.8} aria-hidden />
            {t('general.toDefault')}
          </button>
        )}
        {setting.updated_at && (
          <span>
            {setting.updated_by?.name
              ? t('general.changedBy', { name: setting.updated_by.name })
              : t('general.changed')}{' '}
            <RelativeTime at={setting.updated_at} />
          </span>
        )}
      </p>
    </div>
  );
}
