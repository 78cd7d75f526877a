import { IconPhotoUp, IconTrash } from '@tabler/icons-react';
import { type DragEvent, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LOGO_TYPES, type LogoProblem, logoProblem, readLogo } from '@/lib/brand';
import c from './onboarding.module.css';

/** A logo by click, keyboard or drop, kept as a data URL. */
export function LogoField({
  value,
  onChange,
  error,
  removable = true,
  label,
  help,
  scheme,
}: {
  value: string | null;
  onChange: (dataUrl: string | null) => void;
  error?: string;
  /** False where the stored logo can be replaced but not taken away. */
  removable?: boolean;
  /** Where a page asks for more than one picture. */
  label?: string;
  help?: string;
  /** The surface the picture is made for. */
  scheme?: 'light' | 'dark';
}) {
  const { t } = useTranslation();
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const depth = useRef(0);
  const [over, setOver] = useState(false);
  const [broken, setBroken] = useState<string | null>(null);
  const [problem, setProblem] = useState<LogoProblem | null>(null);
  const take = async (file: File | undefined) => {
    if (!file) return;
    const found = logoProblem(file);
    setProblem(found);
    if (found) return;
    try {
      onChange(await readLogo(file));
    } catch {
      setProblem('read');
    }
  };
  const message = problem ? t(`onboarding.logo.${problem}`) : error;
  const drag = (by: number) => (e: DragEvent) => {
    e.preventDefault();
    depth.current += by;
    setOver(depth.current > 0);
  };
  return (
    <div className={c.field}>
      <span className={c.label} id={`${id}-label`}>
        {label ?? t('onboarding.logo.label')} <span className={c.optional}>{t('onboarding.optional')}</span>
      </span>
      <div className={c.dropRow} data-scheme={scheme}>
        <label
          className={c.drop}
          data-over={over || undefined}
          data-bad={message ? true : undefined}
          onDragEnter={drag(1)}
          onDragLeave={drag(-1)}
          onDragOver={(e) => e.preventDefault()}
          onDrop={(e) => {
            e.preventDefault();
            depth.current = 0;
            setOver(false);
            void take(e.dataTransfer.files[0]);
          }}
        >
          <input
            ref={input}
            type="file"
            accept={LOGO_TYPES.join(',')}
            className="sr-only"
            aria-labelledby={label ? `${id}-label ${id}-choose` : undefined}
            aria-describedby={`${id}-help`}
            onChange={(e) => {
              void take(e.currentTarget.files?.[0]);
              e.currentTarget.value = '';
            }}
          />
          {value && broken !== value ? (
            <img
              src={value}
              alt={t('onboarding.logo.alt')}
              className={c.logo}
              onError={() => setBroken(value)}
            />
          ) : (
            <IconPhotoUp size={22} stroke={1.5} className={c.dropIcon} aria-hidden />
          )}
          <span className={c.dropText}>
            <b id={`${id}-choose`}>{t(value ? 'onboarding.logo.replace' : 'onboarding.logo.choose')}</b>
            <span id={`${id}-help`}>{help ?? t('onboarding.logo.help')}</span>
          </span>
        </label>
        {value && removable && (
          <button
            type="button"
            className={c.remove}
            aria-label={label ? `${t('onboarding.logo.remove')}: ${label}` : t('onboarding.logo.remove')}
            title={t('onboarding.logo.remove')}
            onClick={() => {
              setProblem(null);
              onChange(null);
              input.current?.focus();
            }}
          >
            <IconTrash size={16} stroke={1.7} />
          </button>
        )}
      </div>
      {message && (
        <p className={c.error} role="alert">
          {message}
        </p>
      )}
    </div>
  );
}
