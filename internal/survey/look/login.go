package look

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"

	"github.com/dualarch/dualarch/internal/survey"
)

// login is the account's login at the registries of a region.
type login struct {
	authorization string
	endpoint      *url.URL
	until         time.Time
}

// loginLeft is how long a login has to be valid for an image to be begun with it. It lasts for twelve hours.
const loginLeft = 30 * time.Minute

// login returns the region's login. A refused one is not given again.
func (l *look) login(refused *login) (*login, error) {
	defer l.locks.lock("login " + l.cfg.Region)()
	l.mu.Lock()
	known := l.logins[l.cfg.Region]
	l.mu.Unlock()
	if known != nil && known != refused && time.Until(known.until) > loginLeft {
		return known, nil
	}
	answer, err := ecr.NewFromConfig(l.cfg).GetAuthorizationToken(l.ctx, &ecr.GetAuthorizationTokenInput{})
	if err != nil {
		return nil, fmt.Errorf("ecr:GetAuthorizationToken: %s", survey.Why(err))
	}
	if len(answer.AuthorizationData) == 0 {
		return nil, errors.New("ecr:GetAuthorizationToken: the answer has no login")
	}
	data := answer.AuthorizationData[0]
	token := aws.ToString(data.AuthorizationToken)
	if _, err := base64.StdEncoding.DecodeString(token); err != nil || token == "" {
		return nil, errors.New("ecr:GetAuthorizationToken: the login cannot be read")
	}
	endpoint, err := url.Parse(aws.ToString(data.ProxyEndpoint))
	if err != nil || endpoint.Host == "" {
		return nil, errors.New("ecr:GetAuthorizationToken: the answer does not say which registry the login is for")
	}
	now := &login{"Basic " + token, endpoint, aws.ToTime(data.ExpiresAt)}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.logins[l.cfg.Region] = now
	return now, nil
}

// isFor reports whether the login is for a registry: that of any account in the same region. AWS's names are
// ACCOUNT.dkr.ecr.REGION.DOMAIN.
func (g *login) isFor(host string) bool {
	if host == g.endpoint.Host {
		return true
	}
	account, domain, _ := strings.Cut(host, ".")
	own, ownDomain, _ := strings.Cut(g.endpoint.Host, ".")
	return domain != "" && domain == ownDomain && strings.HasPrefix(domain, "dkr.ecr.") && isAccount(account) && isAccount(own)
}

func isAccount(text string) bool {
	return len(text) == 12 && strings.Trim(text, "0123456789") == ""
}
