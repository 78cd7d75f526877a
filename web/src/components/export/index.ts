export { ExportButton } from './ExportButton';
export { ExportSelected } from './ExportSelected';
export { canExport, download, EXPORTABLE, type Exportable, exportRight } from './query';
