package binarch

// The numbers and structures of the PE format that are read (Microsoft's "PE Format").
const (
	peI386  = 0x14c
	peARM   = 0x1c0
	peARMNT = 0x1c4
	peAMD64 = 0x8664
	peARM64 = 0xaa64

	peDLL = 0x2000 // a characteristic
	peCLR = 14     // the directory of .NET
)

type peHeader struct {
	Machine, NumberOfSections                            uint16
	TimeDateStamp, PointerToSymbolTable, NumberOfSymbols uint32
	SizeOfOptionalHeader, Characteristics                uint16
}

type peDirectory struct{ VirtualAddress, Size uint32 }

// peOptional32 and peOptional64 are read for their directories.
type peOptional32 struct {
	_             [96]byte
	DataDirectory [16]peDirectory
}

type peOptional64 struct {
	_             [112]byte
	DataDirectory [16]peDirectory
}

type peSection struct {
	Name                                                         [8]byte
	VirtualSize, VirtualAddress, SizeOfRawData, PointerToRawData uint32
	PointerToRelocations, PointerToLineNumbers                   uint32
	NumberOfRelocations, NumberOfLineNumbers                     uint16
	Characteristics                                              uint32
}
