/** Columns of Camtrap DP 1.0.2, in the order of its schemas; readers insist on it. */
export const DEPLOYMENT_COLUMNS = [
  ...['deploymentID', 'locationID', 'locationName', 'latitude', 'longitude', 'coordinateUncertainty'],
  ...[
    'deploymentStart',
    'deploymentEnd',
    'setupBy',
    'cameraID',
    'cameraModel',
    'cameraDelay',
    'cameraHeight',
  ],
  ...['cameraDepth', 'cameraTilt', 'cameraHeading', 'detectionDistance', 'timestampIssues', 'baitUse'],
  ...['featureType', 'habitat', 'deploymentGroups', 'deploymentTags', 'deploymentComments'],
] as const;

export const MEDIA_COLUMNS = [
  ...['mediaID', 'deploymentID', 'captureMethod', 'timestamp', 'filePath', 'filePublic', 'fileName'],
  ...['fileMediatype', 'exifData', 'favorite', 'mediaComments'],
] as const;

export const OBSERVATION_COLUMNS = [
  ...['observationID', 'deploymentID', 'mediaID', 'eventID', 'eventStart', 'eventEnd', 'observationLevel'],
  ...['observationType', 'cameraSetupType', 'scientificName', 'count', 'lifeStage', 'sex', 'behavior'],
  ...['individualID', 'individualPositionRadius', 'individualPositionAngle', 'individualSpeed'],
  ...['bboxX', 'bboxY', 'bboxWidth', 'bboxHeight', 'classificationMethod', 'classifiedBy'],
  ...['classificationTimestamp', 'classificationProbability', 'observationTags', 'observationComments'],
] as const;
