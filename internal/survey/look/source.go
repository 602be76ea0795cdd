package look

import (
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/dualarch/dualarch/internal/binarch"
	"github.com/dualarch/dualarch/internal/guard"
	"github.com/dualarch/dualarch/internal/lambdaapi"
	"github.com/dualarch/dualarch/internal/layerarn"
	"github.com/dualarch/dualarch/internal/survey"
)

// code returns what there is to judge of a function's own package. If the function was deployed since c was listed, c
// becomes what it was deployed as.
func (l *look) code(c *types.FunctionConfiguration) guard.Package {
	p := guard.Package{Name: guard.Code}
	var err error
	if c.PackageType == types.PackageTypeImage {
		p.Inventory, err = l.image(c)
	} else {
		p.Inventory, err = l.zip(c)
	}
	if err != nil {
		p.Opaque = l.problem("code", err)
	}
	return p
}

// zip reads a function's package.
func (l *look) zip(c *types.FunctionConfiguration) (*binarch.Inventory, error) {
	inventory, err := l.listedZip(c)
	if now, redeployed := errors.AsType[*redeployedError](err); redeployed {
		*c = *now.as
		inventory, err = l.listedZip(c)
	}
	return inventory, err
}

// listedZip reads the package that c names, or returns a redeployedError.
func (l *look) listedZip(c *types.FunctionConfiguration) (*binarch.Inventory, error) {
	sum := aws.ToString(c.CodeSha256)
	key := ""
	if sum != "" {
		key = "zip " + sum
	}
	return l.inventory(key, func() (*binarch.Inventory, error) {
		found, err := l.getFunction(c)
		if err != nil {
			return nil, err
		}
		inventory, err := l.archive(zipFile{l.function.Name, sum, c.CodeSize, func(again bool) (string, error) {
			if again {
				if found, err = l.getFunction(c); err != nil {
					return "", err
				}
			}
			return location(found.Code.Location, found.Code.ResolvedS3Object)
		}})
		if key := found.Code.SourceKMSKeyArn; key != nil && isForbidden(err) {
			return nil, fmt.Errorf("%w; it is encrypted with %s, and whoever reads it needs kms:Decrypt on that key", err, *key)
		}
		return inventory, err
	})
}

// getFunction asks where a function's code is. It returns a redeployedError if the code is not that of c any more.
func (l *look) getFunction(c *types.FunctionConfiguration) (*lambda.GetFunctionOutput, error) {
	found, err := lambda.NewFromConfig(l.cfg).GetFunction(l.ctx, &lambda.GetFunctionInput{FunctionName: aws.String(l.function.ARN)})
	if err == nil && found.Configuration != nil {
		l.unusable = lambdaapi.Unusable(*found.Configuration)
	}
	if err == nil && l.unusable == "" && found.Concurrency != nil && aws.ToInt32(found.Concurrency.ReservedConcurrentExecutions) == 0 {
		l.unusable = "its reserved concurrency is 0: nothing can invoke it"
	}
	switch {
	case errors.As(err, new(*types.ResourceNotFoundException)):
		return nil, fmt.Errorf("GetFunction: %s; it was deleted while the survey ran", survey.Why(err))
	case err != nil:
		return nil, fmt.Errorf("GetFunction: %s", survey.Why(err))
	case found.Code == nil:
		return nil, errors.New("GetFunction: the answer does not say where the code is")
	case found.Code.Error != nil:
		return nil, fmt.Errorf("GetFunction: %s: %s", aws.ToString(found.Code.Error.ErrorCode), aws.ToString(found.Code.Error.Message))
	}
	if now := found.Configuration; now != nil && aws.ToString(now.CodeSha256) != aws.ToString(c.CodeSha256) {
		return nil, &redeployedError{now}
	}
	return found, nil
}

// redeployedError says that a function was deployed while the survey ran.
type redeployedError struct{ as *types.FunctionConfiguration }

func (e *redeployedError) Error() string { return "it was deployed again while it was read" }

// location returns the URL of code that Lambda stores. Code in a bucket of its owner's is not read: the permission would be
// one on all objects of all buckets.
func location(url *string, object *types.ResolvedS3Object) (string, error) {
	switch {
	case url != nil:
		return *url, nil
	case object != nil:
		return "", fmt.Errorf("it is s3://%s/%s; a survey reads no buckets", aws.ToString(object.S3Bucket), aws.ToString(object.S3Key))
	}
	return "", errors.New("the answer does not say where it is")
}

// layer returns what there is to judge of a layer version.
func (l *look) layer(arn string) guard.Package {
	p := guard.Package{Name: arn, Layer: true}
	if _, known := layerarn.Lookup(arn); known {
		p.ARN = arn
		return p
	}
	var err error
	if p.Inventory, err = l.readLayer(arn); err != nil {
		p.ARN, p.Opaque = arn, l.problem("layer "+arn, err)
	}
	return p
}

// layerVersion is what is known of a layer version: its code's hash and size, or why it cannot be read.
type layerVersion struct {
	sum  string
	size int64
	err  error
}

// layerKey begins the keys of layers.
const layerKey = "layer "

// readLayer reads a layer version. What is refused once is not asked for again.
func (l *look) readLayer(arn string) (*binarch.Inventory, error) {
	defer l.locks.lock("version " + arn)()
	l.mu.Lock()
	version, known := l.layers[arn]
	l.mu.Unlock()
	if version.err != nil {
		return nil, version.err
	}
	var found *types.LayerVersionContentOutput
	var err error
	if !known {
		if found, err = l.getLayer(arn); err == nil {
			version = layerVersion{sum: aws.ToString(found.CodeSha256), size: found.CodeSize}
		}
	}
	var inventory *binarch.Inventory
	if err == nil {
		inventory, err = l.inventory(layerKey+arn+" "+version.sum, func() (*binarch.Inventory, error) {
			return l.archive(zipFile{arn, version.sum, version.size, func(again bool) (string, error) {
				if found == nil || again {
					var err error
					if found, err = l.getLayer(arn); err != nil {
						return "", err
					}
				}
				return location(found.Location, found.ResolvedS3Object)
			}})
		})
	}
	if version.err = err; l.ctx.Err() == nil {
		l.mu.Lock()
		l.layers[arn] = version
		l.mu.Unlock()
	}
	return inventory, err
}

func (l *look) getLayer(arn string) (*types.LayerVersionContentOutput, error) {
	found, err := lambda.NewFromConfig(l.cfg).GetLayerVersionByArn(l.ctx, &lambda.GetLayerVersionByArnInput{Arn: aws.String(arn)})
	if err != nil {
		return nil, fmt.Errorf("GetLayerVersionByArn: %s", survey.Why(err))
	}
	if found.Content == nil {
		return nil, errors.New("GetLayerVersionByArn: the answer does not say where the layer is")
	}
	return found.Content, nil
}

// inventory returns what is known of the code with a key, or what read finds in it. Code without a key is not known a
// second time.
func (l *look) inventory(key string, read func() (*binarch.Inventory, error)) (*binarch.Inventory, error) {
	if key != "" {
		defer l.locks.lock(key)()
		if inventory, stoodFor := l.store.get(key); inventory != nil {
			l.cached += stoodFor
			return inventory, nil
		}
	}
	select {
	case l.slots <- struct{}{}:
		defer func() { <-l.slots }()
	case <-l.ctx.Done():
		return nil, l.ctx.Err()
	}
	before := l.read
	inventory, err := read()
	if err != nil || key == "" {
		return inventory, err
	}
	if err := l.store.put(key, inventory, l.read-before); err != nil {
		l.problem("cache", err)
	}
	return inventory, nil
}
