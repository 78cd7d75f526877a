import { useTranslation } from 'react-i18next';
import { LogoField } from '@/components/onboarding/LogoField';
import type { Branding } from '@/theme/branding';
import { PICTURES, type Picture } from './types';

type Props = {
  look: Branding;
  errors: Record<string, string>;
  onChange: (part: Partial<Branding>) => void;
};
const SCHEME: Partial<Record<Picture, 'light' | 'dark'>> = { logo_light: 'light', logo_dark: 'dark' };
/** A mark may also be a letter or two, set when the company was made: that is no picture. */
const pictureOf = (value: string | null) => (value && value.length > 2 ? value : null);

export function PictureFields({ look, errors, onChange }: Props) {
  const { t } = useTranslation();
  return PICTURES.map((key) => (
    <LogoField
      key={key}
      label={t(`branding.picture.${key}`)}
      help={t(`branding.pictureHelp.${key}`)}
      scheme={SCHEME[key]}
      value={pictureOf(look[key])}
      error={errors[key]}
      onChange={(url) => onChange({ [key]: url })}
    />
  ));
}
