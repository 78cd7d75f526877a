export { type CaptchaHandle, useCaptcha } from './useCaptcha';
