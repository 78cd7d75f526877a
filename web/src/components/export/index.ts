export { ExportButton } from './ExportButton';
export { ExportSelected } from './ExportSelected';
export { download, EXPORTABLE, type Exportable } from './query';
