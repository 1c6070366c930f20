"""Words that say nothing of an interview in particular, for `keywords`. Data only; all lower case."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# A phrase never contains one of these.
BREAKERS = _words(
    """
    a about able above across after all also although an and any are as at be because been before being below between
    both but by can could did do does during each either else etc every few first for from further get good great had
    has have he her here high his how i if in including into is it its itself just like ll least less look make many
    may me might more most much must my need needs new nice no not now of off on once one only or other our out over
    own per please plus preferred re required same she should since so some strong such than that the their them then
    there these they this those through to too two under until up us use used using various ve very was way we well
    were what when where which while who whose why will with within without would year years you your join looking
    seeking hire hiring apply work works working operate operates maintain maintains collaborate collaborates scale
    scales analyse analyze call calls drove taught help helps build builds develop develops lead leads led manage
    manages own owns drive drives improve improves create creates ensure ensures provide provides support supports
    deliver delivers write writes wrote ran run built made took kept grew cut won began focus emphasise emphasize
    emphasis especially mainly mostly prepare want questions question interview senior junior email phone mobile
    address birth responsible requirements requirement qualifications qualification responsibilities responsibility
    duties bachelor master degree plus bonus salary benefits currently proven excellent solid deep hands ideally

    및 등 또는 그리고 혹은 또한 통해 위해 대해 대한 위한 통한 관련 관한 관해 대비 이상 이하 이내 미만 초과 정도 등의
    각종 모든 여러 매우 가장 함께 직접 주로 특히 위주 중심 중점 집중 초점 준비 질문 면접 예상 부탁 경험 경력 신입 업무
    담당 우대 자격 요건 요구 조건 사항 우대사항 자격요건 필수 가능 가능자 보유 보유자 소지 소지자 능력 역량 이해
    이해도 지식 숙련 능숙 지원 지원자 채용 모집 공고 근무 재직 입사 학력 학사 석사 박사 졸업 전공 무관 우리 저희 저는
    제가 본인 당사 귀사 회사 활용 사용 기반 수행 참여 진행 통하여 있음 없음 있는 분 분들 주요 다수 이력서 이름 성명
    이메일 휴대폰 전화 생일 연락처 주소 생년월일 년 개월 명
    """
)

# These may stand in a phrase, but alone they would fit any interview.
WEAK = _words(
    """
    experience experiences skills skill team teams company role position job project projects product products service
    services system systems software development engineering management business customer customers people tools
    technology technologies knowledge understanding ability environment time world solutions solution best large small
    fast modern complex english korean resume posting summary education

    개발 운영 설계 구축 서비스 시스템 프로젝트 기술 분야 제품 사업 고객 관리 환경 조직 문제 해결 성장 도입 개선 작업
    결과 성과 과정 방법 방식 내용 기능 부서 직무 직원 사용자 상황 동료 동료들 문화 대학교 대규모 다양 최신 전체 국내
    글로벌 분석 처리 구현 작성 제공 적용 협업 소통 배포 적재 전환 단축 증가 감소 향상 달성 기획 출시 리드 주도 총괄
    """
)

# A phrase that ends with one of these names a job, not a subject.
TITLES = _words(
    """
    engineer engineers developer developers manager managers designer designers analyst analysts architect consultant
    specialist administrator intern scientist marketer accountant recruiter director officer assistant coordinator

    개발자 운영자 담당자 엔지니어 매니저 디자이너 분석가 기획자 마케터 전문가 관리자 연구원 인턴 팀장 리더
    """
)
