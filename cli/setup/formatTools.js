/** What the tests judge our files by: validators and readers that others use. */
export const FORMATS = {
  name: 'format-tools',
  packages: ['frictionless==5.21.0', 'pycocotools==2.0.11', 'numpy==2.2.6'],
};
