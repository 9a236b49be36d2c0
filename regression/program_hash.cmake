# cmake -DFILES=list.txt -DROOT=source-folder -DOUTPUT=file.cpp -P program_hash.cmake
file(STRINGS ${FILES} files)
list(SORT files)
set(all "")
foreach(file IN LISTS files)
  file(SHA256 ${file} hash)
  file(RELATIVE_PATH name ${ROOT} ${file})
  string(APPEND all "${hash} ${name}\n")
endforeach()
string(SHA256 program "${all}")
string(SUBSTRING ${program} 0 32 program)
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT "#include \"regression/store.hpp\"

namespace sd::regression {

std::string program_hash() { return \"${program}\"; }

}  // namespace sd::regression
" @ONLY)
