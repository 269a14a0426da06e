/**
 * The fields of Kubernetes 1.34 by type, as its OpenAPI document has them: `name` for a text, else `name:type`. `[]` is a list,
 * `{}` a map by name, `port` a number or a name, `quantity` a number or a text, and `any` is what nothing here reads.
 */
export const KUBERNETES_FIELDS: Readonly<Record<string, string>> = {
  Pod: 'apiVersion kind metadata:ObjectMeta spec:PodSpec status:any',
  Deployment: 'apiVersion kind metadata:ObjectMeta spec:DeploymentSpec status:any',
  StatefulSet: 'apiVersion kind metadata:ObjectMeta spec:StatefulSetSpec status:any',
  DaemonSet: 'apiVersion kind metadata:ObjectMeta spec:DaemonSetSpec status:any',
  ReplicaSet: 'apiVersion kind metadata:ObjectMeta spec:ReplicaSetSpec status:any',
  Job: 'apiVersion kind metadata:ObjectMeta spec:JobSpec status:any',
  CronJob: 'apiVersion kind metadata:ObjectMeta spec:CronJobSpec status:any',
  ConfigMap: 'apiVersion binaryData:{string} data:{string} immutable:boolean kind metadata:ObjectMeta',
  Secret: 'apiVersion data:{string} immutable:boolean kind metadata:ObjectMeta stringData:{string} ' + 'type',
  Service: 'apiVersion kind metadata:ObjectMeta spec:ServiceSpec status:any',
  ReplicationController: 'apiVersion kind metadata:ObjectMeta spec:ReplicationControllerSpec status:any',
  ObjectMeta:
    'annotations:{string} creationTimestamp deletionGracePeriodSeconds:integer ' +
    'deletionTimestamp finalizers:string[] generateName generation:integer labels:{string} ' +
    'managedFields:any[] name namespace ownerReferences:any[] resourceVersion selfLink uid',
  PodSpec:
    'activeDeadlineSeconds:integer affinity:any automountServiceAccountToken:boolean ' +
    'containers:Container[] dnsConfig:any dnsPolicy enableServiceLinks:boolean ' +
    'ephemeralContainers:any[] hostAliases:HostAlias[] hostIPC:boolean hostNetwork:boolean ' +
    'hostPID:boolean hostUsers:boolean hostname hostnameOverride ' +
    'imagePullSecrets:LocalObjectReference[] initContainers:Container[] nodeName ' +
    'nodeSelector:{string} os:PodOS overhead:{quantity} preemptionPolicy priority:integer ' +
    'priorityClassName readinessGates:any[] resourceClaims:any[] ' +
    'resources:ResourceRequirements restartPolicy runtimeClassName schedulerName ' +
    'schedulingGates:any[] securityContext:PodSecurityContext serviceAccount ' +
    'serviceAccountName setHostnameAsFQDN:boolean shareProcessNamespace:boolean subdomain ' +
    'terminationGracePeriodSeconds:integer tolerations:Toleration[] ' +
    'topologySpreadConstraints:any[] volumes:Volume[]',
  DeploymentSpec:
    'minReadySeconds:integer paused:boolean progressDeadlineSeconds:integer replicas:integer ' +
    'revisionHistoryLimit:integer selector:LabelSelector strategy:DeploymentStrategy ' +
    'template:PodTemplateSpec',
  StatefulSetSpec:
    'minReadySeconds:integer ordinals:StatefulSetOrdinals ' +
    'persistentVolumeClaimRetentionPolicy:any podManagementPolicy replicas:integer ' +
    'revisionHistoryLimit:integer selector:LabelSelector serviceName template:PodTemplateSpec ' +
    'updateStrategy:StatefulSetUpdateStrategy volumeClaimTemplates:PersistentVolumeClaim[]',
  DaemonSetSpec:
    'minReadySeconds:integer revisionHistoryLimit:integer selector:LabelSelector ' +
    'template:PodTemplateSpec updateStrategy:DaemonSetUpdateStrategy',
  ReplicaSetSpec: 'minReadySeconds:integer replicas:integer selector:LabelSelector template:PodTemplateSpec',
  JobSpec:
    'activeDeadlineSeconds:integer backoffLimit:integer backoffLimitPerIndex:integer ' +
    'completionMode completions:integer managedBy manualSelector:boolean ' +
    'maxFailedIndexes:integer parallelism:integer podFailurePolicy:any podReplacementPolicy ' +
    'selector:LabelSelector successPolicy:any suspend:boolean template:PodTemplateSpec ' +
    'ttlSecondsAfterFinished:integer',
  CronJobSpec:
    'concurrencyPolicy failedJobsHistoryLimit:integer jobTemplate:JobTemplateSpec schedule ' +
    'startingDeadlineSeconds:integer successfulJobsHistoryLimit:integer suspend:boolean ' +
    'timeZone',
  ServiceSpec:
    'allocateLoadBalancerNodePorts:boolean clusterIP clusterIPs:string[] externalIPs:string[] ' +
    'externalName externalTrafficPolicy healthCheckNodePort:integer internalTrafficPolicy ' +
    'ipFamilies:string[] ipFamilyPolicy loadBalancerClass loadBalancerIP ' +
    'loadBalancerSourceRanges:string[] ports:ServicePort[] publishNotReadyAddresses:boolean ' +
    'selector:{string} sessionAffinity sessionAffinityConfig:any trafficDistribution type',
  ReplicationControllerSpec:
    'minReadySeconds:integer replicas:integer selector:{string} template:PodTemplateSpec',
  Container:
    'args:string[] command:string[] env:EnvVar[] envFrom:EnvFromSource[] image ' +
    'imagePullPolicy lifecycle:Lifecycle livenessProbe:Probe name ports:ContainerPort[] ' +
    'readinessProbe:Probe resizePolicy:any[] resources:ResourceRequirements restartPolicy ' +
    'restartPolicyRules:any[] securityContext:SecurityContext startupProbe:Probe ' +
    'stdin:boolean stdinOnce:boolean terminationMessagePath terminationMessagePolicy ' +
    'tty:boolean volumeDevices:VolumeDevice[] volumeMounts:VolumeMount[] workingDir',
  HostAlias: 'hostnames:string[] ip',
  LocalObjectReference: 'name',
  PodOS: 'name',
  ResourceRequirements: 'claims:any[] limits:{quantity} requests:{quantity}',
  PodSecurityContext:
    'appArmorProfile:any fsGroup:integer fsGroupChangePolicy runAsGroup:integer ' +
    'runAsNonRoot:boolean runAsUser:integer seLinuxChangePolicy seLinuxOptions:any ' +
    'seccompProfile:any supplementalGroups:integer[] supplementalGroupsPolicy ' +
    'sysctls:Sysctl[] windowsOptions:any',
  Toleration: 'effect key operator tolerationSeconds:integer value',
  Volume:
    'awsElasticBlockStore:any azureDisk:any azureFile:any cephfs:any cinder:any ' +
    'configMap:ConfigMapVolumeSource csi:any downwardAPI:DownwardAPIVolumeSource ' +
    'emptyDir:EmptyDirVolumeSource ephemeral:any fc:any flexVolume:any flocker:any ' +
    'gcePersistentDisk:any gitRepo:any glusterfs:any hostPath:HostPathVolumeSource image:any ' +
    'iscsi:any name nfs:any persistentVolumeClaim:PersistentVolumeClaimVolumeSource ' +
    'photonPersistentDisk:any portworxVolume:any projected:ProjectedVolumeSource quobyte:any ' +
    'rbd:any scaleIO:any secret:SecretVolumeSource storageos:any vsphereVolume:any',
  LabelSelector: 'matchExpressions:LabelSelectorRequirement[] matchLabels:{string}',
  DeploymentStrategy: 'rollingUpdate:RollingUpdateDeployment type',
  PodTemplateSpec: 'metadata:ObjectMeta spec:PodSpec',
  StatefulSetOrdinals: 'start:integer',
  StatefulSetUpdateStrategy: 'rollingUpdate:RollingUpdateStatefulSetStrategy type',
  PersistentVolumeClaim: 'apiVersion kind metadata:ObjectMeta spec:PersistentVolumeClaimSpec status:any',
  DaemonSetUpdateStrategy: 'rollingUpdate:RollingUpdateDaemonSet type',
  JobTemplateSpec: 'metadata:ObjectMeta spec:JobSpec',
  ServicePort: 'appProtocol name nodePort:integer port:integer protocol targetPort:port',
  EnvVar: 'name value valueFrom:EnvVarSource',
  EnvFromSource: 'configMapRef:ConfigMapEnvSource prefix secretRef:SecretEnvSource',
  Lifecycle: 'postStart:LifecycleHandler preStop:LifecycleHandler stopSignal',
  Probe:
    'exec:ExecAction failureThreshold:integer grpc:GRPCAction httpGet:HTTPGetAction ' +
    'initialDelaySeconds:integer periodSeconds:integer successThreshold:integer ' +
    'tcpSocket:TCPSocketAction terminationGracePeriodSeconds:integer timeoutSeconds:integer',
  ContainerPort: 'containerPort:integer hostIP hostPort:integer name protocol',
  SecurityContext:
    'allowPrivilegeEscalation:boolean appArmorProfile:any capabilities:Capabilities ' +
    'privileged:boolean procMount readOnlyRootFilesystem:boolean runAsGroup:integer ' +
    'runAsNonRoot:boolean runAsUser:integer seLinuxOptions:any seccompProfile:any ' +
    'windowsOptions:any',
  VolumeDevice: 'devicePath name',
  VolumeMount: 'mountPath mountPropagation name readOnly:boolean recursiveReadOnly subPath subPathExpr',
  Sysctl: 'name value',
  ConfigMapVolumeSource: 'defaultMode:integer items:KeyToPath[] name optional:boolean',
  DownwardAPIVolumeSource: 'defaultMode:integer items:DownwardAPIVolumeFile[]',
  EmptyDirVolumeSource: 'medium sizeLimit:quantity',
  HostPathVolumeSource: 'path type',
  PersistentVolumeClaimVolumeSource: 'claimName readOnly:boolean',
  ProjectedVolumeSource: 'defaultMode:integer sources:VolumeProjection[]',
  SecretVolumeSource: 'defaultMode:integer items:KeyToPath[] optional:boolean secretName',
  LabelSelectorRequirement: 'key operator values:string[]',
  RollingUpdateDeployment: 'maxSurge:port maxUnavailable:port',
  RollingUpdateStatefulSetStrategy: 'maxUnavailable:port partition:integer',
  PersistentVolumeClaimSpec:
    'accessModes:string[] dataSource:TypedLocalObjectReference ' +
    'dataSourceRef:TypedObjectReference resources:VolumeResourceRequirements ' +
    'selector:LabelSelector storageClassName volumeAttributesClassName volumeMode volumeName',
  RollingUpdateDaemonSet: 'maxSurge:port maxUnavailable:port',
  EnvVarSource:
    'configMapKeyRef:ConfigMapKeySelector fieldRef:ObjectFieldSelector ' +
    'fileKeyRef:FileKeySelector resourceFieldRef:ResourceFieldSelector ' +
    'secretKeyRef:SecretKeySelector',
  ConfigMapEnvSource: 'name optional:boolean',
  SecretEnvSource: 'name optional:boolean',
  LifecycleHandler: 'exec:ExecAction httpGet:HTTPGetAction sleep:SleepAction tcpSocket:TCPSocketAction',
  ExecAction: 'command:string[]',
  GRPCAction: 'port:integer service',
  HTTPGetAction: 'host httpHeaders:HTTPHeader[] path port:port scheme',
  TCPSocketAction: 'host port:port',
  Capabilities: 'add:string[] drop:string[]',
  KeyToPath: 'key mode:integer path',
  DownwardAPIVolumeFile:
    'fieldRef:ObjectFieldSelector mode:integer path resourceFieldRef:ResourceFieldSelector',
  VolumeProjection:
    'clusterTrustBundle:any configMap:ConfigMapProjection downwardAPI:DownwardAPIProjection ' +
    'podCertificate:any secret:SecretProjection ' +
    'serviceAccountToken:ServiceAccountTokenProjection',
  TypedLocalObjectReference: 'apiGroup kind name',
  TypedObjectReference: 'apiGroup kind name namespace',
  VolumeResourceRequirements: 'limits:{quantity} requests:{quantity}',
  ConfigMapKeySelector: 'key name optional:boolean',
  ObjectFieldSelector: 'apiVersion fieldPath',
  FileKeySelector: 'key optional:boolean path volumeName',
  ResourceFieldSelector: 'containerName divisor:quantity resource',
  SecretKeySelector: 'key name optional:boolean',
  SleepAction: 'seconds:integer',
  HTTPHeader: 'name value',
  ConfigMapProjection: 'items:KeyToPath[] name optional:boolean',
  DownwardAPIProjection: 'items:DownwardAPIVolumeFile[]',
  SecretProjection: 'items:KeyToPath[] name optional:boolean',
  ServiceAccountTokenProjection: 'audience expirationSeconds:integer path',
};
