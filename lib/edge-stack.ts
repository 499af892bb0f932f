import {
  CfnOutput,
  CrossStackReferences,
  Duration,
  ReferenceStrength,
  Stack,
  Validations,
} from 'aws-cdk-lib'
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager'
import {
  AllowedMethods,
  CacheCookieBehavior,
  CacheHeaderBehavior,
  CachePolicy,
  CacheQueryStringBehavior,
  Distribution,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  OriginSslPolicy,
  PriceClass,
  ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront'
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins'
import type { Construct } from 'constructs'
import { ROUTES } from '../shared/api/routes.ts'
import { EDGE_HEADER } from '../shared/platform/http-edge.ts'
import { Firewall } from './constructs/firewall.ts'
import { edgeProof } from './edge-proof.ts'
import type { Edge, Stage } from './stages.ts'

/** What stands behind the edge. */
export interface EdgeStackProps {
  readonly stage: Stage
  readonly edge: Edge
  /** The host of the API. */
  readonly apiHost: string
}

/** The refusals that CloudFront would keep for ten seconds although they say that nobody may. */
const KEPT_ERRORS = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504]

/** The longest time for which the edge keeps a reply, whatever the route says. */
const LONGEST = Duration.hours(1)

/**
 * What families reach: CloudFront with its firewall, under the domain of the API. Both are of the region
 * us-east-1, where AWS keeps them for the whole world; what passes through is kept nowhere but in the
 * caches of public replies. It reads the host of the API from the stack of the API, which is in another
 * region: by a weak reference, since CloudFormation exports within a region only.
 */
export class EdgeStack extends Stack {
  constructor(scope: Construct, id: string, { stage, edge, apiHost }: EdgeStackProps) {
    super(scope, id, {
      description: `Ribambelle ${stage.name}: what stands before the portal of ${stage.town}`,
      env: { region: 'us-east-1' },
      tags: { project: 'ribambelle', stage: stage.name },
    })
    CrossStackReferences.of(this).consume(ReferenceStrength.WEAK)
    // The first deployment waits until the record that ACM shows is in the DNS of the town.
    const certificate = new Certificate(this, 'Certificate', {
      domainName: edge.domain,
      validation: CertificateValidation.fromDns(),
    })
    const firewall =
      edge.firewall === undefined
        ? undefined
        : new Firewall(this, 'Firewall', edge.firewall, ROUTES)
    const distribution = new Distribution(this, 'Distribution', {
      comment: `Ribambelle ${stage.name}`,
      domainNames: [edge.domain],
      certificate,
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      priceClass: PriceClass.PRICE_CLASS_100,
      ...(firewall === undefined ? {} : { webAclId: firewall.attrArn }),
      errorResponses: KEPT_ERRORS.map((httpStatus) => ({ httpStatus, ttl: Duration.seconds(0) })),
      defaultBehavior: {
        origin: new HttpOrigin(apiHost, {
          protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
          originSslProtocols: [OriginSslPolicy.TLS_V1_2],
          readTimeout: Duration.seconds(30),
          customHeaders: { [EDGE_HEADER]: edgeProof(stage).unsafeUnwrap() },
        }),
        allowedMethods: AllowedMethods.ALLOW_ALL,
        // Nobody's token travels in the open on its way to a redirection.
        viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
        cachePolicy: this.keepWhatRoutesAllow(),
        originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
        responseHeadersPolicy: this.completeHeaders(),
      },
    })
    Validations.of(distribution).acknowledge(
      {
        id: 'AwsSolutions-CFR1',
        reason: 'Families travel: no country is turned away.',
      },
      {
        id: 'AwsSolutions-CFR3',
        reason:
          'Its logs would keep the addresses and paths of families; those of the API say what happened without them.',
      },
      ...(firewall === undefined
        ? [
            {
              id: 'AwsSolutions-CFR2',
              reason: 'The stage leaves the firewall out, which is paid by the month.',
            },
          ]
        : []),
    )
    new CfnOutput(this, 'EdgeHost', { value: distribution.distributionDomainName })
  }

  /**
   * Replies are kept for as long as they say, and apart for each caller: what somebody gets by their token
   * is nobody else's, even if a route said wrongly that it may be kept.
   */
  private keepWhatRoutesAllow(): CachePolicy {
    return new CachePolicy(this, 'Kept', {
      comment: 'As long as the reply says',
      minTtl: Duration.seconds(0),
      defaultTtl: Duration.seconds(0),
      maxTtl: LONGEST,
      queryStringBehavior: CacheQueryStringBehavior.all(),
      cookieBehavior: CacheCookieBehavior.none(),
      // API Gateway writes the headers of CORS for the origin that asks.
      headerBehavior: CacheHeaderBehavior.allowList('Authorization', 'Origin'),
      enableAcceptEncodingBrotli: true,
      enableAcceptEncodingGzip: true,
    })
  }

  /** For what API Gateway and CloudFront answer by themselves; the functions say it of their own. */
  private completeHeaders(): ResponseHeadersPolicy {
    const override = false
    return new ResponseHeadersPolicy(this, 'Headers', {
      comment: 'For replies that are not of a function',
      securityHeadersBehavior: {
        contentSecurityPolicy: {
          contentSecurityPolicy: "default-src 'none'; frame-ancestors 'none'",
          override,
        },
        contentTypeOptions: { override },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override },
        strictTransportSecurity: {
          accessControlMaxAge: Duration.days(730),
          includeSubdomains: true,
          override,
        },
      },
    })
  }
}
