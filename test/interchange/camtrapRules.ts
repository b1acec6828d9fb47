/**
 * The rules of Camtrap DP 1.0.2 as far as validation goes, written down from its published table schemas and profile:
 * the schemas themselves are fetched from the web by validators, which tests do not do.
 */

interface Field {
  name: string;
  type: string;
  format?: string;
  constraints: Record<string, unknown>;
}

const needed = { required: true };
const free = { required: false };
const key = { required: true, unique: true };

const text = (name: string, constraints: Record<string, unknown> = free): Field => ({
  ...{ name, type: 'string' },
  constraints,
});
const number = (name: string, limits: Record<string, unknown> = {}): Field => ({
  ...{ name, type: 'number' },
  constraints: { ...free, ...limits },
});
const whole = (name: string, limits: Record<string, unknown> = {}): Field => ({
  ...{ name, type: 'integer' },
  constraints: { ...free, ...limits },
});
const flag = (name: string, constraints: Record<string, unknown> = free): Field => ({
  ...{ name, type: 'boolean' },
  constraints,
});
const time = (name: string, constraints: Record<string, unknown> = needed): Field => ({
  ...{ name, type: 'datetime', format: '%Y-%m-%dT%H:%M:%S%z' },
  constraints,
});
const oneOf = (...values: string[]) => ({ required: false, enum: values });

const share = { minimum: 0, maximum: 1 };
const extent = { minimum: 1e-15, maximum: 1 };
const missingValues = ['', 'NA', 'NaN', 'nan'];
const references = (fields: string, resource: string) => ({ fields, reference: { resource, fields } });

export const TABLES = {
  deployments: {
    fields: [
      text('deploymentID', key),
      ...[text('locationID'), text('locationName')],
      number('latitude', { required: true, minimum: -90, maximum: 90 }),
      number('longitude', { required: true, minimum: -180, maximum: 180 }),
      whole('coordinateUncertainty', { minimum: 1 }),
      ...[
        time('deploymentStart'),
        time('deploymentEnd'),
        text('setupBy'),
        text('cameraID'),
        text('cameraModel'),
      ],
      whole('cameraDelay', { minimum: 0 }),
      number('cameraHeight', { minimum: 0 }),
      number('cameraDepth', { minimum: 0 }),
      whole('cameraTilt', { minimum: -90, maximum: 90 }),
      whole('cameraHeading', { minimum: 0, maximum: 360 }),
      number('detectionDistance', { minimum: 0 }),
      ...[flag('timestampIssues'), flag('baitUse')],
      text('featureType', {
        required: false,
        enum: [
          ...[
            'roadPaved',
            'roadDirt',
            'trailHiking',
            'trailGame',
            'roadUnderpass',
            'roadOverpass',
            'roadBridge',
          ],
          ...['culvert', 'burrow', 'nestSite', 'carcass', 'waterSource', 'fruitingTree'],
        ],
      }),
      ...[text('habitat'), text('deploymentGroups'), text('deploymentTags'), text('deploymentComments')],
    ],
    missingValues,
    primaryKey: 'deploymentID',
  },
  media: {
    fields: [
      ...[text('mediaID', key), text('deploymentID', needed)],
      text('captureMethod', oneOf('activityDetection', 'timeLapse')),
      time('timestamp'),
      text('filePath', { required: true, pattern: '^(?=^[^./~])(^((?!\\.{2}).)*$).*$' }),
      ...[flag('filePublic', needed), text('fileName')],
      text('fileMediatype', { required: true, pattern: '^(image|video|audio)/.*$' }),
      { name: 'exifData', type: 'any', constraints: free },
      ...[flag('favorite'), text('mediaComments')],
    ],
    missingValues,
    primaryKey: 'mediaID',
    foreignKeys: [references('deploymentID', 'deployments')],
  },
  observations: {
    fields: [
      ...[text('observationID', key), text('deploymentID', needed), text('mediaID'), text('eventID')],
      ...[time('eventStart'), time('eventEnd')],
      text('observationLevel', { required: true, enum: ['media', 'event'] }),
      text('observationType', {
        required: true,
        enum: ['animal', 'human', 'vehicle', 'blank', 'unknown', 'unclassified'],
      }),
      text('cameraSetupType', oneOf('setup', 'calibration')),
      ...[text('scientificName'), whole('count', { minimum: 1 })],
      text('lifeStage', oneOf('adult', 'subadult', 'juvenile')),
      text('sex', oneOf('female', 'male')),
      ...[text('behavior'), text('individualID'), number('individualPositionRadius', { minimum: 0 })],
      number('individualPositionAngle', { minimum: -90, maximum: 90 }),
      number('individualSpeed', { minimum: 0 }),
      ...[
        number('bboxX', share),
        number('bboxY', share),
        number('bboxWidth', extent),
        number('bboxHeight', extent),
      ],
      text('classificationMethod', oneOf('human', 'machine')),
      ...[
        text('classifiedBy'),
        time('classificationTimestamp', free),
        number('classificationProbability', share),
      ],
      ...[text('observationTags'), text('observationComments')],
    ],
    missingValues,
    primaryKey: 'observationID',
    foreignKeys: [references('deploymentID', 'deployments'), references('mediaID', 'media')],
  },
};

type Json = Record<string, unknown>;
const isDay = (value: unknown): boolean => typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value);
const among = (value: unknown, ...values: string[]): boolean => values.includes(value as string);

/** What the profile asks of `datapackage.json` beyond the tables. @returns what is wrong with it */
export function faultsOfPackage(text: string): string[] {
  const data = JSON.parse(text) as Json;
  const faults: string[] = [];
  const expect = (holds: boolean, what: string): void => {
    if (!holds) faults.push(what);
  };
  for (const name of [
    'resources',
    'profile',
    'created',
    'contributors',
    'project',
    'spatial',
    'temporal',
    'taxonomic',
  ]) {
    expect(name in data, `${name} is missing`);
  }
  expect(/^https:.*1\.0\.2/.test(String(data['profile'])), 'profile names no version');
  expect(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(String(data['created'])), 'created is no time');
  const resources = data['resources'] as Json[];
  for (const name of Object.keys(TABLES)) {
    const resource = resources.find((one) => one['name'] === name);
    expect(resource?.['profile'] === 'tabular-data-resource', `${name} has no profile`);
    expect(/^https:.*1\.0\.2/.test(String(resource?.['schema'])), `${name} names no schema of the version`);
    expect(typeof resource?.['path'] === 'string', `${name} has no path`);
  }
  const contributors = data['contributors'] as Json[];
  expect(contributors.length > 0, 'nobody contributed');
  for (const { title, role } of contributors) {
    expect(typeof title === 'string', 'a contributor has no title');
    const known = ['contact', 'principalInvestigator', 'rightsHolder', 'publisher', 'contributor'];
    expect(role === undefined || among(role, ...known), `role ${role}`);
  }
  const project = data['project'] as Json;
  expect(typeof project['title'] === 'string', 'the project has no title');
  const designs = [
    'simpleRandom',
    'systematicRandom',
    'clusteredRandom',
    'experimental',
    'targeted',
    'opportunistic',
  ];
  expect(among(project['samplingDesign'], ...designs), `samplingDesign ${project['samplingDesign']}`);
  const methods = project['captureMethod'] as unknown[];
  expect(
    methods.length > 0 && methods.every((one) => among(one, 'activityDetection', 'timeLapse')),
    'captureMethod',
  );
  expect(typeof project['individualAnimals'] === 'boolean', 'individualAnimals');
  expect(
    (project['observationLevel'] as unknown[]).every((one) => among(one, 'media', 'event')),
    'observationLevel',
  );
  const { start, end } = data['temporal'] as Json;
  expect(isDay(start) && isDay(end) && String(start) <= String(end), `temporal ${start} ${end}`);
  for (const taxon of data['taxonomic'] as Json[]) {
    expect(typeof taxon['scientificName'] === 'string', 'a taxon without a name');
  }
  const scopes = (data['licenses'] as Json[] | undefined)?.map(({ scope }) => scope);
  expect(scopes === undefined || (scopes.includes('data') && scopes.includes('media')), `scopes ${scopes}`);
  const { type, coordinates } = data['spatial'] as Json;
  expect(type === 'MultiPoint' && (coordinates as unknown[][]).every((one) => one.length === 2), 'spatial');
  return faults;
}
